#include "common.h"
#include <stdio.h>

int main(void) {
  printf("client %d\n", checksum("client"));
  return 0;
}
