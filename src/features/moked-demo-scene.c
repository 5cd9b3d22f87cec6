/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/moked-demo-scene.h"

#include <string.h>

/* A text of the demo with its blanks filled in:
 *
 *   {first} {agent} {city} {area} {street} {house} {rooms} {floor} {sqm} {price} {less} {rent} {day} {time}
 *   {m|f}   a word about the person, of a man or of a woman
 *   [m|f]   a word about the agent */

static const char *const days[] = { "יום ראשון", "יום שני", "יום שלישי", "יום רביעי", "יום חמישי", NULL };
static const char *const times[] = {
  "9:30", "10:00", "11:30", "13:00", "16:00", "16:30", "17:00", "17:30", "18:00", "19:00", NULL,
};

/**
 * moked_demo_scene_init:
 * @name: who the office talks with
 * @agent: who of the office talks
 * @place: where the flat is
 *
 * Thinks up a flat.
 */
void
moked_demo_scene_init (MokedDemoScene       *self,
                       MokedDemo            *demo,
                       const char           *name,
                       const char           *agent,
                       const MokedDemoPlace *place)
{
  *self = (MokedDemoScene) { demo };
  self->first = moked_demo_dup_first (name);
  self->agent = moked_demo_dup_first (agent);
  self->woman = moked_demo_is_woman (name);
  self->agent_woman = moked_demo_is_woman (agent);
  self->place = place;
  self->area = moked_demo_pick (demo, place->areas);
  self->street = moked_demo_pick (demo, place->streets);
  self->house = (guint) g_rand_int_range (demo->rand, 2, 96);
  self->half_rooms = (guint) g_rand_int_range (demo->rand, 4, 12);
  self->floor = (guint) g_rand_int_range (demo->rand, 1, 9);
  self->price = place->price * self->half_rooms / 2 * (guint) g_rand_int_range (demo->rand, 90, 115) / 100;
  self->price = self->price / 10 * 10;
  self->rent = place->rent * self->half_rooms / 2 * (guint) g_rand_int_range (demo->rand, 90, 112) / 100;
  self->rent = self->rent / 100 * 100;
}

void
moked_demo_scene_clear (MokedDemoScene *self)
{
  g_free (self->first);
  g_free (self->agent);
}

static void
append_sum (GString *text,
            guint    shekels)
{
  if (shekels >= 1000000)
    g_string_append_printf (text, "%u,%03u,%03u ₪", shekels / 1000000, shekels / 1000 % 1000, shekels % 1000);
  else
    g_string_append_printf (text, "%u,%03u ₪", shekels / 1000, shekels % 1000);
}

static gboolean
append_number (GString        *text,
               MokedDemoScene *self,
               const char     *blank)
{
  if (strcmp (blank, "house") == 0)
    g_string_append_printf (text, "%u", self->house);
  else if (strcmp (blank, "rooms") == 0)
    g_string_append_printf (text, self->half_rooms % 2 != 0 ? "%u.5" : "%u", self->half_rooms / 2);
  else if (strcmp (blank, "floor") == 0)
    g_string_append_printf (text, "%u", self->floor);
  else if (strcmp (blank, "sqm") == 0)
    g_string_append_printf (text, "%u", 22 + self->half_rooms * 11);
  else if (strcmp (blank, "price") == 0)
    append_sum (text, self->price * 1000);
  else if (strcmp (blank, "less") == 0)
    append_sum (text, self->price * 96 / 1000 * 10000);
  else if (strcmp (blank, "rent") == 0)
    append_sum (text, self->rent);
  else
    return FALSE;
  return TRUE;
}

static const char *
find_word (MokedDemoScene *self,
           const char     *blank)
{
  if (strcmp (blank, "first") == 0)
    return self->first;
  if (strcmp (blank, "agent") == 0)
    return self->agent;
  if (strcmp (blank, "city") == 0)
    return self->place->city;
  if (strcmp (blank, "area") == 0)
    return self->area;
  if (strcmp (blank, "street") == 0)
    return self->street;
  if (strcmp (blank, "day") == 0)
    return moked_demo_pick (self->demo, days);
  g_assert (strcmp (blank, "time") == 0);
  return moked_demo_pick (self->demo, times);
}

static void
append_blank (GString        *text,
              MokedDemoScene *self,
              const char     *blank,
              gboolean        woman)
{
  const char *bar = strchr (blank, '|');

  if (bar != NULL && woman)
    g_string_append (text, bar + 1);
  else if (bar != NULL)
    g_string_append_len (text, blank, bar - blank);
  else if (!append_number (text, self, blank))
    g_string_append (text, find_word (self, blank));
}

/**
 * moked_demo_scene_expand:
 * @text: with blanks
 *
 * Returns: (transfer full): it without
 */
char *
moked_demo_scene_expand (MokedDemoScene *self,
                         const char     *text)
{
  GString *expanded = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize plain = strcspn (text, "{[");
      g_autofree char *blank = NULL;

      g_string_append_len (expanded, text, plain);
      text += plain;
      if (*text == '\0')
        break;
      blank = g_strndup (text + 1, strcspn (text, "}]") - 1);
      append_blank (expanded, self, blank, *text == '{' ? self->woman : self->agent_woman);
      text += strlen (blank) + 2;
    }
  return g_string_free (expanded, FALSE);
}
