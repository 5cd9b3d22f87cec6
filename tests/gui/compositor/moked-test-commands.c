/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The lines that steer the compositor. Each is answered by one line, "ok ANSWER" or "error REASON",
 * when it is done; the next one begins only then.
 *
 *   move X Y                    the pointer
 *   press N, release N          its buttons: 1 left, 2 middle, 3 right
 *   click X Y [N [TIMES]]
 *   scroll X Y NOTCHES
 *   key COMBINATION             "Return", "ctrl+k", "shift+Tab"
 *   type TEXT                   in English and Hebrew letters
 *   layout us|il                what the keyboard is switched to
 *   pen-tool pen|eraser
 *   pen-move X Y [PRESSURE]     near the surface, or on it after pen-down
 *   pen-down, pen-up, pen-leave
 *   copy TEXT                   the clipboard, from another program's side
 *   paste                       answers with the clipboard's text
 *   output WIDTH HEIGHT SCALE
 *   shot PATH                   a PNG of the whole screen
 *   idle MS                     waits until no window changed for so long
 *   windows                     answers with places, sizes and titles, front first
 *   close                       asks the window in front to close
 *
 * In TEXT and in answers a line end is written \n and a backslash \\.
 */

#include "moked-test-commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "moked-test-clipboard.h"
#include "moked-test-keyboard.h"
#include "moked-test-output.h"
#include "moked-test-pen.h"
#include "moked-test-pointer.h"
#include "moked-test-windows.h"

/* A window that changes for so long without a pause, a spinner perhaps, never comes to rest. */
#define IDLE_PATIENCE_USEC (20 * G_USEC_PER_SEC)

struct _MokedTestCommands
{
  MokedTestCompositor    *compositor;
  GString                *input;
  gboolean                busy;            /* a command is under way */
  gboolean                ended;           /* standard input is closed */
  struct wl_event_source *stdin_source;
  struct wl_event_source *idle_timer;
  gint64                  idle_usec;
  gint64                  idle_since;
};

typedef enum
{
  FAILED,
  DONE,
  LATER,    /* moked_test_commands_finish() is called when done */
} Outcome;

typedef Outcome (*CommandFunc) (MokedTestCompositor *compositor,
                                const char          *arguments,
                                GString             *answer);

static void run_next (void *data);

static Outcome
outcome (gboolean success)
{
  return success ? DONE : FAILED;
}

static Outcome
run_move (MokedTestCompositor *compositor,
          const char          *arguments,
          GString             *answer)
{
  double x, y;

  if (sscanf (arguments, "%lf %lf", &x, &y) != 2)
    return FAILED;
  moked_test_pointer_move (compositor->pointer, x, y);
  return DONE;
}

static Outcome
run_press (MokedTestCompositor *compositor,
           const char          *arguments,
           GString             *answer)
{
  int button;

  return outcome (sscanf (arguments, "%d", &button) == 1
                  && moked_test_pointer_button (compositor->pointer, button, TRUE));
}

static Outcome
run_release (MokedTestCompositor *compositor,
             const char          *arguments,
             GString             *answer)
{
  int button;

  return outcome (sscanf (arguments, "%d", &button) == 1
                  && moked_test_pointer_button (compositor->pointer, button, FALSE));
}

static Outcome
run_click (MokedTestCompositor *compositor,
           const char          *arguments,
           GString             *answer)
{
  int button = 1, times = 1;
  double x, y;

  if (sscanf (arguments, "%lf %lf %d %d", &x, &y, &button, &times) < 2)
    return FAILED;
  moked_test_pointer_move (compositor->pointer, x, y);
  return outcome (moked_test_pointer_click (compositor->pointer, button, times));
}

static Outcome
run_scroll (MokedTestCompositor *compositor,
            const char          *arguments,
            GString             *answer)
{
  double x, y, notches;

  if (sscanf (arguments, "%lf %lf %lf", &x, &y, &notches) != 3)
    return FAILED;
  moked_test_pointer_move (compositor->pointer, x, y);
  moked_test_pointer_scroll (compositor->pointer, notches);
  return DONE;
}

static Outcome
run_key (MokedTestCompositor *compositor,
         const char          *arguments,
         GString             *answer)
{
  return outcome (moked_test_keyboard_press (compositor->keyboard, arguments, answer));
}

static Outcome
run_type (MokedTestCompositor *compositor,
          const char          *arguments,
          GString             *answer)
{
  return outcome (moked_test_keyboard_type (compositor->keyboard, arguments, answer));
}

static Outcome
run_layout (MokedTestCompositor *compositor,
            const char          *arguments,
            GString             *answer)
{
  return outcome (moked_test_keyboard_set_layout (compositor->keyboard, arguments, answer));
}

static Outcome
run_pen_tool (MokedTestCompositor *compositor,
              const char          *arguments,
              GString             *answer)
{
  return outcome (moked_test_pen_set_tool (compositor->pen, arguments, answer));
}

static Outcome
run_pen_move (MokedTestCompositor *compositor,
              const char          *arguments,
              GString             *answer)
{
  double x, y, pressure = 0;

  return outcome (sscanf (arguments, "%lf %lf %lf", &x, &y, &pressure) >= 2
                  && moked_test_pen_move (compositor->pen, x, y, pressure));
}

static Outcome
run_pen_down (MokedTestCompositor *compositor,
              const char          *arguments,
              GString             *answer)
{
  moked_test_pen_down (compositor->pen);
  return DONE;
}

static Outcome
run_pen_up (MokedTestCompositor *compositor,
            const char          *arguments,
            GString             *answer)
{
  moked_test_pen_up (compositor->pen);
  return DONE;
}

static Outcome
run_pen_leave (MokedTestCompositor *compositor,
               const char          *arguments,
               GString             *answer)
{
  moked_test_pen_leave (compositor->pen);
  return DONE;
}

static Outcome
run_copy (MokedTestCompositor *compositor,
          const char          *arguments,
          GString             *answer)
{
  g_autofree char *text = g_strcompress (arguments);

  moked_test_clipboard_copy (compositor->clipboard, text);
  return DONE;
}

static Outcome
run_paste (MokedTestCompositor *compositor,
           const char          *arguments,
           GString             *answer)
{
  return moked_test_clipboard_read (compositor->clipboard, answer) ? LATER : FAILED;
}

static Outcome
run_output (MokedTestCompositor *compositor,
            const char          *arguments,
            GString             *answer)
{
  int width, height;
  double scale;

  if (sscanf (arguments, "%d %d %lf", &width, &height, &scale) != 3
      || !moked_test_output_resize (compositor->output, width, height, scale))
    return FAILED;
  moked_test_windows_fit_to_output (compositor->windows);
  return DONE;
}

static Outcome
run_shot (MokedTestCompositor *compositor,
          const char          *arguments,
          GString             *answer)
{
  moked_test_output_take_screenshot (compositor->output, arguments);
  return LATER;
}

static Outcome
run_idle (MokedTestCompositor *compositor,
          const char          *arguments,
          GString             *answer)
{
  MokedTestCommands *self = compositor->commands;
  int milliseconds;

  if (sscanf (arguments, "%d", &milliseconds) != 1)
    return FAILED;
  self->idle_usec = milliseconds * G_TIME_SPAN_MILLISECOND;
  self->idle_since = g_get_monotonic_time ();
  wl_event_source_timer_update (self->idle_timer, MAX (milliseconds, 1));
  return LATER;
}

static Outcome
run_windows (MokedTestCompositor *compositor,
             const char          *arguments,
             GString             *answer)
{
  g_autofree char *text = moked_test_windows_describe (compositor->windows);

  g_string_append (answer, text);
  return DONE;
}

static Outcome
run_close (MokedTestCompositor *compositor,
           const char          *arguments,
           GString             *answer)
{
  return outcome (moked_test_windows_close_front (compositor->windows));
}

static const struct
{
  const char  *name;
  CommandFunc  run;
} commands[] = {
  { "move", run_move },
  { "press", run_press },
  { "release", run_release },
  { "click", run_click },
  { "scroll", run_scroll },
  { "key", run_key },
  { "type", run_type },
  { "layout", run_layout },
  { "pen-tool", run_pen_tool },
  { "pen-move", run_pen_move },
  { "pen-down", run_pen_down },
  { "pen-up", run_pen_up },
  { "pen-leave", run_pen_leave },
  { "copy", run_copy },
  { "paste", run_paste },
  { "output", run_output },
  { "shot", run_shot },
  { "idle", run_idle },
  { "windows", run_windows },
  { "close", run_close },
};

static Outcome
run_line (MokedTestCompositor *compositor,
          const char          *line,
          GString             *answer)
{
  gsize length = strcspn (line, " ");
  const char *arguments = line[length] == '\0' ? "" : line + length + 1;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strlen (commands[i].name) == length && strncmp (commands[i].name, line, length) == 0)
      return commands[i].run (compositor, arguments, answer);

  g_string_append (answer, "unknown command");
  return FAILED;
}

static int
on_idle_timer (void *data)
{
  MokedTestCommands *self = data;
  gint64 now = g_get_monotonic_time ();
  gint64 changed = MAX (self->idle_since, moked_test_windows_get_last_change (self->compositor->windows));
  gint64 left = changed + self->idle_usec - now;

  if (left <= 0)
    moked_test_commands_finish (self, TRUE, "");
  else if (now - self->idle_since > IDLE_PATIENCE_USEC)
    moked_test_commands_finish (self, FALSE, "the window keeps changing");
  else
    wl_event_source_timer_update (self->idle_timer, (int) (left / G_TIME_SPAN_MILLISECOND) + 1);
  return 0;
}

static void
schedule_next (MokedTestCommands *self)
{
  /* One command a turn of the event loop: wlroots sends the frame that ends a group of pen events
   * when the loop is idle, so commands that ran in one turn would be merged into one sample. */
  wl_event_loop_add_idle (self->compositor->loop, run_next, self);
}

/*
 * Answers the command that is under way.
 */
void
moked_test_commands_finish (MokedTestCommands *self,
                            gboolean           success,
                            const char        *text)
{
  g_return_if_fail (self->busy);

  wl_display_flush_clients (self->compositor->display);
  printf ("%s %s\n", success ? "ok" : "error", text);
  fflush (stdout);
  self->busy = FALSE;
  schedule_next (self);
}

/*
 * Returns: (transfer full): @text on one line
 */
char *
moked_test_commands_escape (const char *text)
{
  g_autoptr (GString) line = g_string_new (text);

  g_string_replace (line, "\\", "\\\\", 0);
  g_string_replace (line, "\n", "\\n", 0);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
run_next (void *data)
{
  MokedTestCommands *self = data;
  char *end = memchr (self->input->str, '\n', self->input->len);
  g_autoptr (GString) answer = NULL;
  g_autofree char *line = NULL;
  Outcome result;

  if (self->busy)
    return;
  if (end == NULL)
    {
      if (self->ended)
        wl_display_terminate (self->compositor->display);
      return;
    }

  line = g_strndup (self->input->str, end - self->input->str);
  g_string_erase (self->input, 0, end - self->input->str + 1);
  answer = g_string_new (NULL);
  self->busy = TRUE;
  result = run_line (self->compositor, line, answer);
  if (result == LATER)
    return;
  if (result == FAILED && answer->len == 0)
    g_string_append_printf (answer, "cannot %s", line);
  moked_test_commands_finish (self, result == DONE, answer->str);
}

static int
on_stdin (int      fd,
          uint32_t mask,
          void    *data)
{
  MokedTestCommands *self = data;
  char buffer[4096];
  ssize_t n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    g_string_append_len (self->input, buffer, n);
  else if (n == 0)
    {
      self->ended = TRUE;
      wl_event_source_remove (g_steal_pointer (&self->stdin_source));
    }
  schedule_next (self);
  return 0;
}

MokedTestCommands *
moked_test_commands_new (MokedTestCompositor *compositor)
{
  MokedTestCommands *self = g_new0 (MokedTestCommands, 1);

  self->compositor = compositor;
  self->input = g_string_new (NULL);
  self->idle_timer = wl_event_loop_add_timer (compositor->loop, on_idle_timer, self);
  self->stdin_source = wl_event_loop_add_fd (compositor->loop, STDIN_FILENO, WL_EVENT_READABLE, on_stdin, self);
  return self;
}
