/*
 * Takes the place of syslog() for a program that cannot be told to be quiet: nothing is written, nothing is formatted. ISC dhcpd
 * logs three lines a query; with this it shows what it can do at best.
 *
 *   cc -O2 -shared -fPIC -o quiet.so perf/quiet.c
 *   LD_PRELOAD=./quiet.so dhcpd ...
 */
#include <stdarg.h>

void openlog(const char *ident, int option, int facility)
{
    (void)ident, (void)option, (void)facility;
}

void syslog(int priority, const char *format, ...)
{
    (void)priority, (void)format;
}

void vsyslog(int priority, const char *format, va_list values)
{
    (void)priority, (void)format, (void)values;
}

/* The names that a program compiled with checks (_FORTIFY_SOURCE) calls. */
void __syslog_chk(int priority, int flag, const char *format, ...)
{
    (void)priority, (void)flag, (void)format;
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list values)
{
    (void)priority, (void)flag, (void)format, (void)values;
}
