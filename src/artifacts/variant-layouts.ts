/** How a tool or a convention names variants in paths. */
export interface VariantLayout {
  /** Kebab-case; rules in `directory-rules.ts` refer to it. */
  readonly name: string;
  readonly title: string;
  /** Paths with their unit and variant; a test checks each of them. */
  readonly examples: readonly (readonly [path: string, unit: string, variant: string])[];
  /** The document that describes the layout, and recorded builds that use it. */
  readonly source: string;
}

/** All layouts; `docs/variants.md` describes when a word counts as a variant. */
export const LAYOUTS: readonly VariantLayout[] = [
  {
    name: "python",
    title: "Python's levels",
    examples: [
      ["pkg/__pycache__/m.cpython-311.pyc", "pkg/__pycache__/m.cpython-311.pyc", "0"],
      ["pkg/__pycache__/m.cpython-311.opt-1.pyc", "pkg/__pycache__/m.cpython-311.pyc", "1"],
      ["pkg/__pycache__/m.cpython-311.opt-2.pyc", "pkg/__pycache__/m.cpython-311.pyc", "2"],
      ["py2/mod.pyc", "py2/mod.pyc", "0"],
      ["py2/mod.pyo", "py2/mod.pyc", "1"],
      ["legacy/O2/pkg/mod.pyc", "legacy/pkg/mod.pyc", "O2"],
    ],
    source:
      "PEP 488 (levels), PEP 3147 (tags), CPython Lib/compileall.py; fixtures/layouts/python.txt",
  },
  {
    name: "levels",
    title: "Compilers' levels",
    examples: [
      ["build/O2/add.o", "build/add.o", "O2"],
      ["build-O0/src/add.o", "build/src/add.o", "O0"],
      ["src/add.Ofast.o", "src/add.o", "Ofast"],
      ["x-O3.o", "x.o", "O3"],
      ["x_Os.o", "x.o", "Os"],
    ],
    source: "convention in Makefiles, GCC manual 3.11; fixtures/layouts/make.txt, automake.txt",
  },
  {
    name: "configurations",
    title: "Debug, release and similar",
    examples: [
      ["cmake-build-relwithdebinfo/libdemo.a", "cmake-build/libdemo.a", "relwithdebinfo"],
      ["build/release/libdemo.a", "build/libdemo.a", "release"],
      [
        "build/CMakeFiles/app.dir/MinSizeRel/src/main.c.o",
        "build/CMakeFiles/app.dir/src/main.c.o",
        "minsizerel",
      ],
      ["build/Debug/libdemo.so.1.2.3", "build/libdemo.so.1.2.3", "debug"],
      ["build-minsize/libonly.a", "build/libonly.a", "minsize"],
      ["builddir/asan/app", "builddir/app", "asan"],
      ["sub/Debug/libsub.a", "sub/libsub.a", "debug"],
      ["build/gcc-debug/x.o", "build/gcc/x.o", "debug"],
      ["build-app-Desktop_Qt_6_5-Debug/main.o", "build-app-Desktop_Qt_6_5/main.o", "debug"],
      ["build-debug-asan/x.o", "build/x.o", "debug+asan"],
      ["out/Release/obj/x.o", "out/obj/x.o", "release"],
    ],
    source:
      "CMake manual, CMAKE_BUILD_TYPE and CMAKE_CONFIGURATION_TYPES; Meson, buildtype; fixtures/layouts/cmake-*.txt, meson.txt, scons.txt",
  },
  {
    name: "cargo",
    title: "Cargo's profiles",
    examples: [
      ["target/debug/libdemo.rlib", "target/libdemo.rlib", "debug"],
      ["target/release/deps/libdemo.rlib", "target/deps/libdemo.rlib", "release"],
      [
        "target/x86_64-unknown-linux-gnu/release/libdemo.so",
        "target/x86_64-unknown-linux-gnu/libdemo.so",
        "release",
      ],
      ["target/dist/deps/libdemo.a", "target/deps/libdemo.a", "dist"],
    ],
    source: "The Cargo Book, Build Cache; fixtures/layouts/cargo.txt",
  },
  {
    name: "xcode",
    title: "Xcode's configurations and platforms",
    examples: [
      ["Build/Products/Debug-iphoneos/libx.a", "Build/Products/iphoneos/libx.a", "debug"],
      ["Build/Products/Release/libx.a", "Build/Products/libx.a", "release"],
      [
        "Build/Intermediates.noindex/x.build/Debug-iphonesimulator/x.build/Objects-normal/arm64/a.o",
        "Build/Intermediates.noindex/x.build/iphonesimulator/x.build/Objects-normal/arm64/a.o",
        "debug",
      ],
    ],
    source: "Apple, Xcode build settings reference: CONFIGURATION and EFFECTIVE_PLATFORM_NAME",
  },
  {
    name: "msbuild",
    title: "MSBuild and .NET",
    examples: [
      ["app/bin/Debug/net8.0/app.dll", "app/bin/net8.0/app.dll", "debug"],
      ["app/obj/Release/net8.0/app.dll", "app/obj/net8.0/app.dll", "release"],
      ["x64/Debug/main.obj", "x64/main.obj", "debug"],
      ["app/bin/x64/Release/app.exe", "app/bin/x64/app.exe", "release"],
    ],
    source:
      "Microsoft Learn, Common MSBuild project properties: Configuration, Platform, OutputPath",
  },
  {
    name: "android",
    title: "Gradle's Android variants",
    examples: [
      [
        "app/build/intermediates/javac/freeDebug/compileFreeDebugJavaWithJavac/classes/a/B.class",
        "app/build/intermediates/javac/compileJavaWithJavac/classes/a/B.class",
        "freeDebug",
      ],
      [
        "app/build/outputs/apk/paid/release/app-paid-release.apk",
        "app/build/outputs/apk/paid/app-paid.apk",
        "release",
      ],
      [
        "app/build/tmp/kotlin-classes/debugUnitTest/a/B.class",
        "app/build/tmp/kotlin-classes/UnitTest/a/B.class",
        "debug",
      ],
    ],
    source: "Android Developers, Configure build variants",
  },
  {
    name: "bazel",
    title: "Bazel's output directories",
    examples: [
      ["bazel-out/k8-fastbuild/bin/lib/libx.a", "bazel-out/k8/bin/lib/libx.a", "fastbuild"],
      ["bazel-out/k8-opt-ST-4a519fd6d3e4/bin/x.o", "bazel-out/k8/bin/x.o", "opt-ST-4a519fd6d3e4"],
      ["bazel-out/k8-opt/bin/_objs/x/a.pic.o", "bazel-out/k8/bin/_objs/x/a.o", "opt+pic"],
    ],
    source: "bazel.build, Output Directory Layout; BuildConfigurationValue mnemonics",
  },
  {
    name: "go",
    title: "Go's build modes and GOAMD64",
    examples: [
      ["pkg/linux_amd64_race/lib.a", "pkg/linux_amd64/lib.a", "race"],
      ["pkg/linux_amd64_msan/lib.a", "pkg/linux_amd64/lib.a", "msan"],
      ["dist/app_linux_amd64_v3/app", "dist/app_linux_amd64/app", "v3"],
      ["out/amd64/v2/app", "out/amd64/app", "v2"],
    ],
    source:
      "go help install (-race, -msan, -installsuffix), go help environment (GOAMD64); fixtures/layouts/go.txt",
  },
  {
    name: "static-and-shared",
    title: "Static and shared twins of one target",
    examples: [
      ["build/libonly.a.p/src_add.c.o", "build/libonly.p/src_add.c.o", "static"],
      ["build/libdemo.so.1.2.3.p/src_add.c.o", "build/libdemo.p/src_add.c.o", "shared"],
      ["build/demo@sha/add.c.o", "build/demo/add.c.o", "shared"],
      [
        "build/CMakeFiles/demo_shared.dir/src/add.c.o",
        "build/CMakeFiles/demo.dir/src/add.c.o",
        "shared",
      ],
      [
        "build/CMakeFiles/zlibstatic.dir/adler32.c.o",
        "build/CMakeFiles/zlib.dir/adler32.c.o",
        "static",
      ],
    ],
    source:
      "Meson and CMake name a target's private directory after it; fixtures/layouts/meson.txt, cmake-*.txt",
  },
  {
    name: "libtool",
    title: "libtool's pairs of objects",
    examples: [
      ["build/O2/src/.libs/add.o", "build/src/add.o", "O2+pic"],
      [".libs/x.o", "x.o", "pic"],
      ["build/O0/.libs/libdemo.so.1.0.2", "build/.libs/libdemo.so.1.0.2", "O0"],
    ],
    source: "GNU Libtool manual, 3.1 Creating object files; fixtures/layouts/libtool.txt",
  },
  {
    name: "pic",
    title: "Position-independent objects next to others",
    examples: [
      ["build/debug/sub.os", "build/sub.o", "debug+pic"],
      ["src/add.pic.o", "src/add.o", "pic"],
      ["lib/x.pico", "lib/x.o", "pic"],
      ["libdemo_pic.a", "libdemo.a", "pic"],
    ],
    source: "Bazel x.pic.o, SCons x.os, BSD make x.pico; fixtures/layouts/scons.txt, make.txt",
  },
  {
    name: "ghc",
    title: "GHC's ways",
    examples: [
      ["prof/Demo.p_o", "prof/Demo.o", "p"],
      ["O2/Demo.dyn_o", "Demo.o", "O2+dyn"],
      ["O2/Demo.dyn_hi", "Demo.hi", "O2+dyn"],
      ["lib/libHSrts_thr_debug_p.a", "lib/libHSrts.a", "thr+debug+p"],
    ],
    source:
      "GHC User's Guide, 5.6.1 -osuf, -hisuf, -dynamic-too; fixtures/layouts/ghc.txt, cabal.txt",
  },
  {
    name: "cabal",
    title: "Cabal's optimization directories",
    examples: [
      [
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/noopt/build/Demo.o",
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/build/Demo.o",
        "noopt",
      ],
      [
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/x/app/opt/build/app/app",
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/x/app/build/app/app",
        "opt",
      ],
      [
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/build/Debug/Extra.o",
        "dist-newstyle/build/x86_64-linux/ghc-9.0.2/demo-0.1/build/Debug/Extra.o",
        "",
      ],
    ],
    source: "cabal-install, DistDirLayout.hs; fixtures/layouts/cabal.txt",
  },
  {
    name: "hwcaps",
    title: "Libraries for levels of a processor",
    examples: [["lib/glibc-hwcaps/x86-64-v3/libdemo.so.1", "lib/libdemo.so.1", "x86-64-v3"]],
    source: "ld.so(8), glibc-hwcaps; fixtures/layouts/hwcaps.txt",
  },
  {
    name: "setuptools",
    title: "setuptools with a debug interpreter",
    examples: [
      [
        "build/lib.linux-x86_64-cpython-311-pydebug/m.so",
        "build/lib.linux-x86_64-cpython-311/m.so",
        "pydebug",
      ],
      ["m.cpython-311d-x86_64-linux-gnu.so", "m.cpython-311-x86_64-linux-gnu.so", "debug"],
      ["m_d.pyd", "m.pyd", "debug"],
    ],
    source: "setuptools/_distutils/command/build.py: -pydebug; PEP 3149: the flag d",
  },
  {
    name: "mix",
    title: "Elixir's environments",
    examples: [
      ["_build/dev/lib/app/ebin/Elixir.App.beam", "_build/lib/app/ebin/Elixir.App.beam", "dev"],
      [
        "_build/prod/lib/debug/ebin/Elixir.Debug.beam",
        "_build/lib/debug/ebin/Elixir.Debug.beam",
        "prod",
      ],
    ],
    source: "hexdocs.pm, Mix.Project.build_path/1",
  },
  {
    name: "nim",
    title: "Nim's cache",
    examples: [
      ["cache/nim/app_d/m.nim.c.o", "cache/nim/app/m.nim.c.o", "debug"],
      ["cache/nim/app_r/m.nim.c.o", "cache/nim/app/m.nim.c.o", "release"],
    ],
    source: "Nim Compiler User Guide, nimcache",
  },
  {
    name: "name-endings",
    title: "Words at the end of a name",
    examples: [
      ["x-debug.o", "x.o", "debug"],
      ["libx_d.a", "libx.a", "debug"],
      ["libdemo_d.so.1.2.3", "libdemo.so.1.2.3", "debug"],
      ["libx-release.so", "libx.so", "release"],
      ["app-asan", "app", "asan"],
      ["app-release-unsigned.apk", "app.apk", "release"],
    ],
    source: "convention; CMake, DEBUG_POSTFIX; fixtures/layouts/make.txt, cmake-make.txt",
  },
  {
    name: "boost",
    title: "Boost's library names",
    examples: [
      ["libx-mt-gd.lib", "libx.lib", "mt+gd"],
      ["boost_system-vc143-mt-gd-x64-1_82.dll", "boost_system-vc143-x64-1_82.dll", "mt+gd"],
    ],
    source: "Boost, Getting Started on Windows, 6.3 Library Naming",
  },
];
