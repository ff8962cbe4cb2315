/*
 * A log daemon that reads what programs log and throws it away: what a program that logs costs where somebody listens, without a
 * flood in the log of this machine.
 *
 *   cc -O2 -o sink perf/sink.c
 *   sink PATH        makes the socket that syslog() writes to; ends by SIGTERM
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un here = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    char line[8192];

    if (argc != 2 || strlen(argv[1]) >= sizeof here.sun_path) {
        fprintf(stderr, "sink PATH\n");
        return 64;
    }
    strcpy(here.sun_path, argv[1]);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) < 0) {
        fprintf(stderr, "sink: %s: %s\n", argv[1], strerror(errno));
        return 69;
    }
    for (;;)
        (void)!recv(fd, line, sizeof line, 0);
}
