/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/moked-list-diff.h"

/* The old list's ids are found through a plain array indexed by id, which costs memory only where it is
 * touched; ids that are spread wider than this are not compared one by one. */
#define MAX_SPREAD (G_GINT64_CONSTANT (1) << 28)
#define ABSENT G_MAXUINT32

typedef struct
{
  const gint64 *ids;
  guint         n;
} Slice;

static void
trim_common_ends (Slice *old_list,
                  Slice *new_list,
                  guint *out_prefix)
{
  guint prefix = 0;

  while (prefix < old_list->n && prefix < new_list->n && old_list->ids[prefix] == new_list->ids[prefix])
    prefix++;
  old_list->ids += prefix;
  old_list->n -= prefix;
  new_list->ids += prefix;
  new_list->n -= prefix;
  while (old_list->n > 0 && new_list->n > 0 &&
         old_list->ids[old_list->n - 1] == new_list->ids[new_list->n - 1])
    {
      old_list->n--;
      new_list->n--;
    }
  *out_prefix = prefix;
}

/* For each of the new ids its place in the old list, or ABSENT. NULL when the ids are too far apart. */
static guint32 *
places_in_old (const Slice *old_list,
               const Slice *new_list)
{
  gint64 least = G_MAXINT64, greatest = G_MININT64;
  g_autofree guint32 *place_of = NULL;
  guint32 *places;

  for (guint i = 0; i < old_list->n; i++)
    {
      least = MIN (least, old_list->ids[i]);
      greatest = MAX (greatest, old_list->ids[i]);
    }
  if (greatest - least >= MAX_SPREAD)
    return NULL;
  place_of = g_new0 (guint32, (gsize) (greatest - least + 1));
  for (guint i = 0; i < old_list->n; i++)
    place_of[old_list->ids[i] - least] = i + 1;
  places = g_new (guint32, new_list->n);
  for (guint i = 0; i < new_list->n; i++)
    {
      gint64 id = new_list->ids[i];

      places[i] = id >= least && id <= greatest ? place_of[id - least] - 1 : ABSENT;
    }
  return places;
}

/* The smallest number of rows moves when the longest increasing run of old places stays where it is
 * (patience sorting). Rows that do not stay become ABSENT. */
static void
keep_longest_run (guint32 *places,
                  guint    n)
{
  g_autofree guint32 *tails = g_new (guint32, n); /* index in places of the least end of a run of each length */
  g_autofree guint32 *previous = g_new (guint32, n);
  guint length = 0;
  guint32 kept;

  for (guint i = 0; i < n; i++)
    {
      guint low = 0, high = length;

      if (places[i] == ABSENT)
        continue;
      if (length > 0 && places[tails[length - 1]] < places[i])
        low = length;
      while (low < high)
        {
          guint middle = (low + high) / 2;

          if (places[tails[middle]] < places[i])
            low = middle + 1;
          else
            high = middle;
        }
      previous[i] = low > 0 ? tails[low - 1] : ABSENT;
      tails[low] = i;
      length = MAX (length, low + 1);
    }
  kept = length > 0 ? tails[length - 1] : ABSENT;
  for (guint i = n; i-- > 0;)
    if (kept == i)
      kept = previous[i];
    else
      places[i] = ABSENT;
}

static void
add_change (GArray *changes,
            guint   old_position,
            guint   removed,
            guint   added)
{
  MokedListChange change = { old_position, removed, added };

  if (removed > 0 || added > 0)
    g_array_append_val (changes, change);
}

static void
collect_changes (GArray        *changes,
                 guint          prefix,
                 const Slice   *old_list,
                 const Slice   *new_list,
                 const guint32 *places,
                 guint          max_changes)
{
  guint old_at = 0, new_at = 0;

  for (guint i = 0; i < new_list->n && changes->len + 1 < max_changes; i++)
    {
      if (places[i] == ABSENT)
        continue;
      add_change (changes, prefix + old_at, places[i] - old_at, i - new_at);
      old_at = places[i] + 1;
      new_at = i + 1;
    }
  add_change (changes, prefix + old_at, old_list->n - old_at, new_list->n - new_at);
}

/**
 * moked_list_diff:
 * @old_ids: (array length=n_old): the list as it was; no id twice
 * @new_ids: (array length=n_new): the list as it is; no id twice
 * @max_changes: after so many changes, at least 1, the rest is told as one
 *
 * What has to be told about a list of a million ids, of which mostly a handful changed. Time is linear
 * but for rows that moved.
 *
 * Returns: (transfer full) (element-type MokedListChange): changes from the beginning to the end of the
 *   list; positions are those of the old list
 */
GArray *
moked_list_diff (const gint64 *old_ids,
                 guint         n_old,
                 const gint64 *new_ids,
                 guint         n_new,
                 guint         max_changes)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (MokedListChange));
  Slice old_list = { old_ids, n_old }, new_list = { new_ids, n_new };
  g_autofree guint32 *places = NULL;
  guint prefix;

  trim_common_ends (&old_list, &new_list, &prefix);
  if (old_list.n > 0 && new_list.n > 0)
    places = places_in_old (&old_list, &new_list);
  if (places == NULL)
    {
      add_change (changes, prefix, old_list.n, new_list.n);
      return changes;
    }
  keep_longest_run (places, new_list.n);
  collect_changes (changes, prefix, &old_list, &new_list, places, max_changes);
  return changes;
}
