int socket(int a, int b, int c) { return -1; }
