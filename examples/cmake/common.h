int checksum(const char *text);
