int socket_shim(void) { return 0; }
