#include "common.h"
#include <stdio.h>

int main(void) {
  printf("server %d\n", checksum("server"));
  return 0;
}
