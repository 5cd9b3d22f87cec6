/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-ulid.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* ULID, https://github.com/ulid/spec: 48 bits of milliseconds and 80 random bits, as 26 digits of
 * Crockford's base 32. The text sorts by time, so rows made one after another lie side by side in
 * an index and need no sequence that two offline desktops would have to share. */

#define RANDOM_BYTES 10
#define TIME_CHARS 10

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

typedef struct
{
  guint64 ms;
  guint8  random[RANDOM_BYTES];
} Generator;

static GMutex generator_mutex;
static Generator process_generator;

/* A fake clock counts on its own, or one test's far future would show in the ids of the next. */
static Generator *
generator_for (MokedClock *clock)
{
  static GQuark quark;
  Generator *generator;

  if (clock == NULL || !moked_clock_is_fake (clock))
    return &process_generator;
  if (quark == 0)
    quark = g_quark_from_static_string ("moked-ulid-generator");
  generator = g_object_get_qdata (G_OBJECT (clock), quark);
  if (generator == NULL)
    {
      generator = g_new0 (Generator, 1);
      g_object_set_qdata_full (G_OBJECT (clock), quark, generator, g_free);
    }
  return generator;
}

static void
fill_random (guint8 *bytes)
{
  gssize n;

  do
    n = getrandom (bytes, RANDOM_BYTES, 0);
  while (n < 0 && errno == EINTR);

  /* Up to 256 bytes never come short once the pool is ready; a kernel without it cannot run us. */
  if (n != RANDOM_BYTES)
    g_error ("The system gave no random numbers: %s", g_strerror (errno));
}

/* Returns FALSE when all 80 bits were used up. */
static gboolean
increment (guint8 *bytes)
{
  for (int i = RANDOM_BYTES - 1; i >= 0; i--)
    if (++bytes[i] != 0)
      return TRUE;
  return FALSE;
}

static void
generator_step (Generator *self, guint64 ms)
{
  if (ms > self->ms)
    {
      self->ms = ms;
      fill_random (self->random);
    }
  else if (!increment (self->random))
    {
      self->ms++;
      fill_random (self->random);
    }
}

static void
encode (const Generator *generator, char *out)
{
  guint64 ms = generator->ms;
  guint bits = 0, n_bits = 0;
  char *p = out + TIME_CHARS;

  for (int i = TIME_CHARS - 1; i >= 0; i--, ms >>= 5)
    out[i] = digits[ms & 31];

  for (guint i = 0; i < RANDOM_BYTES; i++)
    {
      bits = (bits << 8) | generator->random[i];
      for (n_bits += 8; n_bits >= 5; n_bits -= 5)
        *p++ = digits[(bits >> (n_bits - 5)) & 31];
    }
  *p = '\0';
}

/**
 * moked_ulid_new:
 * @clock: (nullable): where the time comes from; %NULL for the machine's clock
 *
 * Makes an id that nobody else has. Ids made by one process sort in the order they were made, also
 * within one millisecond and when the machine's clock was set back. Safe from every thread.
 *
 * Returns: (transfer full): 26 characters
 */
char *
moked_ulid_new (MokedClock *clock)
{
  gint64 now = clock != NULL ? moked_clock_get_real (clock) : g_get_real_time ();
  char *ulid = g_malloc (MOKED_ULID_LENGTH + 1);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&generator_mutex);
  Generator *generator = generator_for (clock);

  generator_step (generator, (guint64) MAX (now, 0) / 1000);
  encode (generator, ulid);
  return ulid;
}

static int
digit_value (char c)
{
  const char *at = c != '\0' ? strchr (digits, c) : NULL;

  return at != NULL ? (int) (at - digits) : -1;
}

/**
 * moked_ulid_is_valid:
 * @ulid: (nullable): any text
 *
 * Whether @ulid is an id in the one form that we write: 26 upper-case digits, no more than 128 bits.
 *
 * Returns: whether it is a ULID
 */
gboolean
moked_ulid_is_valid (const char *ulid)
{
  if (ulid == NULL || ulid[0] < '0' || ulid[0] > '7')
    return FALSE;
  for (guint i = 0; i < MOKED_ULID_LENGTH; i++)
    if (digit_value (ulid[i]) < 0)
      return FALSE;
  return ulid[MOKED_ULID_LENGTH] == '\0';
}

/**
 * moked_ulid_get_time_us:
 * @ulid: any text
 *
 * When the id was made, to the millisecond.
 *
 * Returns: microseconds UTC, or -1 when @ulid isn't an id
 */
gint64
moked_ulid_get_time_us (const char *ulid)
{
  gint64 ms = 0;

  if (!moked_ulid_is_valid (ulid))
    return -1;
  for (guint i = 0; i < TIME_CHARS; i++)
    ms = ms * 32 + digit_value (ulid[i]);
  return ms * 1000;
}
