/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MokedDemoName MokedDemoName;
typedef struct _MokedDemoPlace MokedDemoPlace;

/**
 * MokedDemoName:
 * @latin: as in an e-mail address
 */
struct _MokedDemoName
{
  const char *hebrew;
  const char *latin;
};

/**
 * MokedDemoPlace:
 * @weight: how many of the demo's people are from here, compared with the other places
 * @price: of a room, in thousands of shekels, for what is sold there
 * @rent: of a room, in shekels a month
 * @areas: (array zero-terminated=1): neighbourhoods
 * @streets: (array zero-terminated=1): streets
 */
struct _MokedDemoPlace
{
  const char        *city;
  guint              weight;
  guint              price;
  guint              rent;
  const char *const *areas;
  const char *const *streets;
};

extern const MokedDemoName moked_demo_women[];
extern const MokedDemoName moked_demo_men[];
extern const MokedDemoName moked_demo_families[];
extern const guint moked_demo_n_women;
extern const guint moked_demo_n_men;
extern const guint moked_demo_n_families;

extern const MokedDemoPlace moked_demo_places[];
extern const guint moked_demo_n_places;

gboolean              moked_demo_is_woman   (const char *name);
const MokedDemoPlace *moked_demo_find_place (const char *city);
char                 *moked_demo_dup_first  (const char *name);

G_END_DECLS
