/** File names that are never artifacts, and names of build tools' state. Endings are listed without their dot. */

/** Endings of sources, text, pictures, media, archives; matched in upper case too. */
export const OTHER_ENDINGS = words(`
  c cc cpp cxx c++ cu cuh h hh hpp hxx h++ inc inl ipp tcc m mm s S asm i ii
  py pyi pyx pxd pxi rs go java kt kts scala groovy gradle clj cljs edn erl hrl ex exs eex heex
  el lisp lsp scm rkt ss hs lhs hsc cabal ml mli mll mly mlt re rei f for f77 f90 f95 f03 f08 ftn
  adb ads gpr pas pp lpr dpr nim nims zig zon v sv vhd vhdl swift cs fs fsi fsx vb csproj fsproj vbproj vcxproj
  filters sln props targets php phtml rb erb rake gemspec pl pm pod t xs lua tcl awk sed r R Rmd jl
  sh bash zsh fish csh bat cmd ps1 psm1 psd1 vbs
  js mjs cjs jsx ts tsx mts cts vue svelte astro coffee css scss sass less styl html htm xhtml
  json json5 jsonc yaml yml toml ini cfg conf config xml xsd xsl xslt dtd rng svg plist csv tsv
  md markdown mdx rst txt text adoc asciidoc tex bib sty cls texi texinfo info man org rtf me
  in ac am m4 cmake mk mak pro pri qrc ui ts qml po pot proto thrift capnp fbs idl aidl y yy l ll td def lds ld
  patch diff rej orig bak tmpl tpl j2 mustache hbs ejs graphql gql sql prisma
  png jpg jpeg gif bmp ico icns webp tif tiff psd xcf ai eps ps pdf dvi djvu
  mp3 mp4 wav ogg flac avi mov mkv webm m4a ttf otf woff woff2 eot
  zip tar gz tgz bz2 tbz2 xz txz zst lz lz4 7z rar deb rpm pkg dmg iso img cab msi
  pem crt cer key csr pub asc sig gpg sum sha256 sha512 md5
  pc la_ lst nuspec snap golden expected ref log out_ err list license lic TAG
  gitignore gitattributes editorconfig npmignore
`);

/** Endings of build tools' state: dependency files, stamps, build logs, databases. */
export const STATE_ENDINGS = words(`
  d dd dep deps depfile depend Po Plo Tpo TPlo lo la lai
  tsbuildinfo ninja ninja_log ninja_deps make marks includecache internal check_cache order symvers
  stamp timestamp tstamp uptodate Up2Date done
  cache lock tlog lastbuildstate recipe unsuccessfulbuild ilk idb swiftdeps dgspec
  trs gcda profraw gcov sconsign dblite
  sqlite sqlite3 db db-wal db-shm db-journal db3 mdb ldb lmdb gdbm
  swp swo pid map symbols
`);

/** Complete names of build tools' state. */
export const STATE_NAMES = words(`
  .ninja_log .ninja_deps .ninja_lock .n2_db .cargo-lock .cargo-build-lock .rustc_info.json .package-lock.json .modules.yaml
  .yarn-integrity .yarn-state.yml .eslintcache .stylelintcache .db .lock .depend .deps .stamp .buildstamp .built .sconsign
  CMakeCache.txt CMakeOutput.log CMakeError.log CMakeConfigureLog.yaml cmake_install.cmake compile_commands.json
  compiler_depend.ts TargetDirectories.txt install_manifest.txt link.txt cmake_clean.cmake DependInfo.cmake
  DependInfo.json AutogenInfo.json ParseCache.txt AutogenUsed.txt VerifyGlobs.cmake
  config.status config.log config.cache config.h.in~ libtool stamp-h stamp-h1 stamp-h.in stamp
  dep-graph.bin query-cache.bin work-products.bin invoked.timestamp root-output output stderr
  package.cache package.cache.lock outputs_fingerprints coredata.dat build.dat install.dat meson_exe.dat
  project.assets.json fileHashes.bin fileContent.bin resourceHashesCache.bin fileChanges.bin taskHistory.bin
  setup-config elaborated-plan improved-plan solver-plan source-hashes up-to-date .filesystem-clock .digest-db .dirstamp log
  CMakeDetermineCompilerABI_C.bin CMakeDetermineCompilerABI_CXX.bin CMakeDetermineCompilerABI_CUDA.bin CMakeDetermineCompilerABI_Fortran.bin
  cmake_clean_target.cmake last-build.bin previous-compilation-data.bin
`);

/** Complete names of text files. */
export const OTHER_NAMES = words(`
  Makefile makefile GNUmakefile BSDmakefile Makefile2 Kbuild Kconfig Dockerfile Containerfile Vagrantfile Jenkinsfile Procfile Rakefile
  Gemfile Pipfile SConstruct SConscript BUILD WORKSPACE MODULE
  LICENSE LICENCE COPYING COPYRIGHT NOTICE PATENTS README INSTALL NEWS CHANGES CHANGELOG ChangeLog AUTHORS CONTRIBUTORS THANKS TODO HACKING
  go.mod go.work
  VERSION METADATA RECORD WHEEL INSTALLER REQUESTED PKG-INFO MANIFEST dune dune-project
`);

/** Directories that contain only a tool's state, or an object store that must never be linked. */
export const STATE_DIRS = words(`
  .git .hg .svn .bzr _darcs .jj .pijul .sl CVS
  .fingerprint .deps .gradle .kotlin .cmake CMakeTmp CMakeScratch meson-private meson-info meson-logs
  .zig-cache zig-cache .ccache .sccache go-build .mypy_cache .pytest_cache .ruff_cache .tmp_versions
  package.conf.d package.conf.inplace packagedb .sconf_temp .vs .idea .parcel-cache .turbo .nx .dart_tool .sass-cache .n2 autom4te.cache
  .aliases .merlin-conf .dune .sandbox
`);

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}
