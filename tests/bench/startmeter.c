/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a program on this X display and measures until its first window is painted.
 *
 *   startmeter CMD…
 *
 * Prints one JSON line. Times are milliseconds since exec: the first top-level window is mapped, it is painted for
 * the first time, it was painted for the last time before it stayed still. With each goes the CPU time that the
 * process had used, which other work on the machine hardly changes. Memory is PSS in megabytes when still: of the
 * process itself and of its whole family. Programs that the session bus starts are not in the family.
 * The program is ended. */
#define _GNU_SOURCE
#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 20000.0        /* ms until a program without a window is given up */
#define STILL 600.0             /* ms without painting: it has settled */
#define SMALLEST_WINDOW 100     /* pixels; smaller ones are helpers of the toolkit */
#define SMALLEST_CHANGE 4000    /* square pixels; smaller ones are a caret or a spinner */

typedef struct
{
  double wall;
  double cpu;
} Moment;

typedef struct
{
  Display *display;
  int damage_event;
  pid_t program;
  double begun;
  int width, height;
  Moment mapped, painted, settled;
} Meter;

static double
milliseconds (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    return 0;
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static Moment
now (const Meter *meter)
{
  clockid_t clock;
  double cpu = clock_getcpuclockid (meter->program, &clock) == 0 ? milliseconds (clock) : 0;

  return (Moment) { milliseconds (CLOCK_MONOTONIC) - meter->begun, cpu };
}

/* Windows come and go while we ask about them. */
static int
ignore_error (Display     *display,
              XErrorEvent *event)
{
  return 0;
}

static pid_t
parent_of (pid_t process)
{
  char path[64], text[512];
  FILE *file;
  size_t length;
  const char *name_end;

  snprintf (path, sizeof path, "/proc/%d/stat", process);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  length = fread (text, 1, sizeof text - 1, file);
  fclose (file);
  text[length] = '\0';
  name_end = strrchr (text, ')');
  return name_end != NULL ? atoi (name_end + 4) : 0;
}

static int
descends_from (pid_t process,
               pid_t ancestor)
{
  for (int generation = 0; process > 1 && generation < 40; generation++)
    {
      if (process == ancestor)
        return 1;
      process = parent_of (process);
    }
  return 0;
}

static double
read_pss (pid_t process)
{
  char path[64], line[256];
  double pss = 0;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/smaps_rollup", process);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  while (fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, "Pss:", 4) == 0)
      pss = atof (line + 4) / 1024;
  fclose (file);
  return pss;
}

static double
read_family_pss (pid_t ancestor)
{
  DIR *processes = opendir ("/proc");
  struct dirent *entry;
  double pss = 0;

  while (processes != NULL && (entry = readdir (processes)) != NULL)
    if (atoi (entry->d_name) > 0 && descends_from (atoi (entry->d_name), ancestor))
      pss += read_pss (atoi (entry->d_name));
  if (processes != NULL)
    closedir (processes);
  return pss;
}

static void
note_map (Meter  *meter,
          Window  window)
{
  XWindowAttributes attributes;

  if (meter->mapped.wall > 0 || !XGetWindowAttributes (meter->display, window, &attributes)
      || attributes.width < SMALLEST_WINDOW || attributes.height < SMALLEST_WINDOW || attributes.override_redirect)
    return;
  meter->mapped = now (meter);
  meter->width = attributes.width;
  meter->height = attributes.height;
  XDamageCreate (meter->display, window, XDamageReportRawRectangles);
  XFlush (meter->display);
}

static void
note_damage (Meter                    *meter,
             const XDamageNotifyEvent *damage)
{
  if (meter->painted.wall == 0)
    meter->painted = meter->settled = now (meter);
  else if (damage->area.width * damage->area.height >= SMALLEST_CHANGE)
    meter->settled = now (meter);
}

static void
read_events (Meter *meter)
{
  while (XPending (meter->display) > 0)
    {
      XEvent event;

      XNextEvent (meter->display, &event);
      if (event.type == MapNotify)
        note_map (meter, event.xmap.window);
      else if (event.type == meter->damage_event + XDamageNotify)
        note_damage (meter, (const XDamageNotifyEvent *) &event);
    }
}

static int
is_still (const Meter *meter)
{
  return meter->painted.wall > 0 && now (meter).wall - meter->settled.wall > STILL;
}

/* Returns 0 when the window was painted and stays still. */
static int
watch (Meter *meter)
{
  struct pollfd connection = { .fd = ConnectionNumber (meter->display), .events = POLLIN };

  while (!is_still (meter))
    {
      int status;

      read_events (meter);
      if (waitpid (meter->program, &status, WNOHANG) == meter->program)
        {
          fprintf (stderr, "startmeter: the program ended with status %d before it had settled\n", status);
          meter->program = 0;
          return 1;
        }
      if (now (meter).wall > PATIENCE)
        {
          fprintf (stderr, "startmeter: nothing was painted, or painting never ended\n");
          return 1;
        }
      poll (&connection, 1, 2);
    }
  return 0;
}

static void
end_program (pid_t program)
{
  kill (program, SIGTERM);
  for (int i = 0; i < 250; i++)
    {
      if (waitpid (program, NULL, WNOHANG) == program)
        return;
      usleep (20000);
    }
  kill (program, SIGKILL);
  waitpid (program, NULL, 0);
}

static int
open_display (Meter *meter)
{
  int error_event, major = 1, minor = 1;

  meter->display = XOpenDisplay (NULL);
  if (meter->display == NULL || !XDamageQueryExtension (meter->display, &meter->damage_event, &error_event))
    {
      fprintf (stderr, "startmeter: there is no X display with the DAMAGE extension\n");
      return 0;
    }
  XSetErrorHandler (ignore_error);
  XDamageQueryVersion (meter->display, &major, &minor);
  XSelectInput (meter->display, DefaultRootWindow (meter->display), SubstructureNotifyMask);
  XSync (meter->display, False);
  return 1;
}

int
main (int    argc,
      char **argv)
{
  Meter meter = { 0 };
  int failed;

  if (argc < 2 || !open_display (&meter))
    return 2;
  meter.begun = milliseconds (CLOCK_MONOTONIC);
  meter.program = fork ();
  if (meter.program == 0)
    {
      execvp (argv[1], argv + 1);
      perror (argv[1]);
      _exit (127);
    }
  failed = watch (&meter);
  if (!failed)
    printf ("{\"map_ms\":%.1f,\"paint_ms\":%.1f,\"settled_ms\":%.1f,\"cpu_map_ms\":%.1f,\"cpu_paint_ms\":%.1f,"
            "\"cpu_settled_ms\":%.1f,\"pss_mb\":%.2f,\"family_pss_mb\":%.2f,\"width\":%d,\"height\":%d}\n",
            meter.mapped.wall, meter.painted.wall, meter.settled.wall, meter.mapped.cpu, meter.painted.cpu,
            meter.settled.cpu, read_pss (meter.program), read_family_pss (meter.program), meter.width, meter.height);
  if (meter.program > 0)
    end_program (meter.program);
  return failed;
}
