/*
 * Sends every UDP datagram back to where it came from: the physical limit that a server's rate is compared with. It takes and
 * sends up to 64 datagrams in a system call and does nothing else.
 *
 *   cc -O2 -Wall -o echo perf/echo.c
 *   echo [-g] [-r] [-c CPU] ADDRESS PORT
 *
 *   -g      answers runs of equal datagrams of one sender as segments of one send (UDP_SEGMENT)
 *   -r      takes what the kernel has joined in one piece (UDP_GRO)
 *   -c CPU  stays on this processor
 *
 * Prints a line when it listens. Ends by SIGTERM; exit code 64 for a wrong command line, 69 when the socket cannot be had.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum {
    BATCH = 64,            /* datagrams, or joined runs of them, in a system call */
    /* Room for a datagram, for a joined run. No powers of two: those would share few lines of the processor's cache. */
    ROOM = 2048 + 64,
    JOINED_ROOM = 65536 + 192,
    MOST_SEGMENTS = 64,    /* of one send, by every kernel that has UDP_SEGMENT */
    LARGEST_SEND = 65507,  /* payload of one send */
    KERNEL_BUFFER = 4 << 20
};

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
};

static char buffers[BATCH * JOINED_ROOM];
static struct sockaddr_in senders[BATCH];
static struct iovec taken[BATCH], pieces[BATCH];
static union control taken_control[BATCH], sent_control[BATCH];
static struct mmsghdr taking[BATCH], sending[BATCH];

static void fail(const char *what)
{
    fprintf(stderr, "echo: %s: %s\n", what, strerror(errno));
    exit(69);
}

static int open_socket(const char *address, const char *port, int joins)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = KERNEL_BUFFER, on = 1;
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };

    if (inet_pton(AF_INET, address, &here.sin_addr) != 1) {
        fprintf(stderr, "echo: '%s' is not an address\n", address);
        exit(64);
    }
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) < 0)
        fail("cannot listen");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    if (joins && setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on) < 0)
        fail("the kernel has no UDP_GRO");
    return fd;
}

static void stay_on(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0)
        fail("cannot stay on that processor");
}

/* The size of the datagrams that the kernel joined; 0 when it is a single one. */
static int joined_size(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
            int size;
            memcpy(&size, CMSG_DATA(c), sizeof size);
            return size;
        }
    }
    return 0;
}

static void set_segment(struct msghdr *message, union control *control, int size)
{
    uint16_t segment = (uint16_t)size;

    message->msg_control = control;
    message->msg_controllen = CMSG_SPACE(sizeof segment);
    struct cmsghdr *c = CMSG_FIRSTHDR(message);
    c->cmsg_level = IPPROTO_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof segment);
    memcpy(CMSG_DATA(c), &segment, sizeof segment);
}

static int same_sender(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
    return a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* Makes sends out of what came: each on its own, or what may go together as segments. Returns how many. */
static int prepare(int count, int segments)
{
    int sends = 0;

    for (int i = 0, run; i < count; i += run) {
        int size = joined_size(&taking[i].msg_hdr), length = (int)taking[i].msg_len, total = 0;

        run = 0;
        do {
            pieces[i + run] = (struct iovec){ taken[i + run].iov_base, taking[i + run].msg_len };
            total += (int)taking[i + run++].msg_len;
        } while (segments && size == 0 && i + run < count && run < MOST_SEGMENTS && total + length <= LARGEST_SEND
                 && (int)taking[i + run].msg_len == length && joined_size(&taking[i + run].msg_hdr) == 0
                 && same_sender(&senders[i], &senders[i + run]));

        struct msghdr *message = &sending[sends].msg_hdr;
        *message = (struct msghdr){ .msg_name = &senders[i], .msg_namelen = sizeof senders[i],
            .msg_iov = &pieces[i], .msg_iovlen = (size_t)run };
        if (size > 0 || run > 1)
            set_segment(message, &sent_control[sends], size > 0 ? size : length);
        sends++;
    }
    return sends;
}

int main(int argc, char **argv)
{
    int segments = 0, joins = 0, option;

    while ((option = getopt(argc, argv, "grc:")) != -1) {
        switch (option) {
        case 'g': segments = 1; break;
        case 'r': joins = 1; break;
        case 'c': stay_on(atoi(optarg)); break;
        default: return 64;
        }
    }
    if (argc - optind != 2) {
        fprintf(stderr, "echo [-g] [-r] [-c CPU] ADDRESS PORT\n");
        return 64;
    }

    size_t room = joins ? JOINED_ROOM : ROOM;
    int fd = open_socket(argv[optind], argv[optind + 1], joins);
    printf("listening on %s:%s\n", argv[optind], argv[optind + 1]);
    fflush(stdout);
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            taken[i] = (struct iovec){ buffers + (size_t)i * room, room };
            taking[i].msg_hdr = (struct msghdr){ .msg_name = &senders[i], .msg_namelen = sizeof senders[i],
                .msg_iov = &taken[i], .msg_iovlen = 1, .msg_control = joins ? &taken_control[i] : NULL,
                .msg_controllen = joins ? sizeof taken_control[i] : 0 };
        }
        int count = recvmmsg(fd, taking, BATCH, MSG_WAITFORONE, NULL);
        if (count <= 0)
            continue; /* interrupted, or a sender that is gone */

        int sends = prepare(count, segments);
        for (int next = 0; next < sends;) {
            int sent = sendmmsg(fd, sending + next, (unsigned)(sends - next), 0);
            next += sent > 0 ? sent : errno == EINTR ? 0 : 1; /* what the kernel refuses is lost, as with any datagram */
        }
    }
}
