/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/moked-rate-limit.h"

/* Beyond this many keys, those that are full again are forgotten; if none is, all are. */
#define MAX_KEYS 10000

typedef struct
{
  double tokens;
  gint64 at;
} Bucket;

/* Token buckets by key. */
struct _MokedRateLimit
{
  MokedClock *clock;
  double      burst;
  gint64      refill;
  GHashTable *buckets;
};

/**
 * moked_rate_limit_new:
 * @burst: what a key may take at once
 * @refill_usec: after how long one comes back
 *
 * Returns: (transfer full): a limiter
 */
MokedRateLimit *
moked_rate_limit_new (MokedClock *clock,
                      guint       burst,
                      gint64      refill_usec)
{
  MokedRateLimit *self = g_new0 (MokedRateLimit, 1);

  self->clock = g_object_ref (clock);
  self->burst = burst;
  self->refill = refill_usec;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
moked_rate_limit_free (MokedRateLimit *self)
{
  g_hash_table_unref (self->buckets);
  g_object_unref (self->clock);
  g_free (self);
}

static double
get_tokens (MokedRateLimit *self,
            const Bucket   *bucket,
            gint64          now)
{
  return MIN (self->burst, bucket->tokens + (double) (now - bucket->at) / self->refill);
}

static gboolean
is_full (gpointer key,
         gpointer value,
         gpointer data)
{
  MokedRateLimit *self = data;

  return get_tokens (self, value, moked_clock_get_monotonic (self->clock)) >= self->burst;
}

static void
bound (MokedRateLimit *self)
{
  if (g_hash_table_size (self->buckets) < MAX_KEYS)
    return;
  g_hash_table_foreach_remove (self->buckets, is_full, self);
  if (g_hash_table_size (self->buckets) >= MAX_KEYS)
    g_hash_table_remove_all (self->buckets);
}

/**
 * moked_rate_limit_check:
 * @key: whose
 *
 * Returns: 0 when @key may take one, otherwise after how many microseconds it may
 */
gint64
moked_rate_limit_check (MokedRateLimit *self,
                        const char     *key)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);
  double tokens;

  if (bucket == NULL)
    return 0;
  tokens = get_tokens (self, bucket, moked_clock_get_monotonic (self->clock));
  return tokens >= 1 ? 0 : (gint64) ((1 - tokens) * self->refill) + 1;
}

void
moked_rate_limit_take (MokedRateLimit *self,
                       const char     *key)
{
  gint64 now = moked_clock_get_monotonic (self->clock);
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL)
    {
      bound (self);
      bucket = g_new0 (Bucket, 1);
      bucket->tokens = self->burst;
      bucket->at = now;
      g_hash_table_insert (self->buckets, g_strdup (key), bucket);
    }
  bucket->tokens = MAX (0, get_tokens (self, bucket, now) - 1);
  bucket->at = now;
}
