/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-error.h"
#include "office.h"
#include "store/moked-entity-store.h"
#include "sync/moked-change-log.h"

/* Desktops and a service of different versions of the program: an older one without some fields and kinds of records,
 * and a newer one with a field and a choice more. */

typedef struct
{
  MokedEntity parent_instance;
  char       *title;
  gint64      amount;
  char       *title_lower;
} OldSample;

typedef struct
{
  MokedEntityClass parent_class;
} OldSampleClass;

typedef struct
{
  MokedEntity parent_instance;
  char       *title;
  char       *tags;
  gint64      amount;
  int         colour;
  char       *nickname;
  char       *title_lower;
} NewSample;

typedef struct
{
  MokedEntityClass parent_class;
} NewSampleClass;

enum
{
  NEW_RED,
  NEW_GREEN,
  NEW_BLUE,
};

static const MokedEnumValue new_colours[] = {
  { NEW_RED, "red", "Red" },
  { NEW_GREEN, "green", "Green" },
  { NEW_BLUE, "blue", "Blue" },
  { 0 },
};

static const MokedField old_fields[] = {
  MOKED_TEXT (OldSample, title, "Title", 40, MOKED_FIELD_REQUIRED),
  MOKED_INT (OldSample, amount, "Amount", MOKED_FIELD_NONE),
  MOKED_TEXT (OldSample, title_lower, NULL, 0, MOKED_FIELD_DERIVED),
};

static const MokedField new_fields[] = {
  MOKED_TEXT (NewSample, title, "Title", 40, MOKED_FIELD_REQUIRED),
  MOKED_SET (NewSample, tags, "Tags", 0, MOKED_FIELD_NONE),
  MOKED_INT (NewSample, amount, "Amount", MOKED_FIELD_NONE),
  MOKED_ENUM (NewSample, colour, NULL, new_colours, MOKED_FIELD_NONE),
  MOKED_TEXT (NewSample, nickname, "Nickname", 40, MOKED_FIELD_NONE),
  MOKED_TEXT (NewSample, title_lower, NULL, 0, MOKED_FIELD_DERIVED),
};

static GType old_sample_get_type (void);
static GType new_sample_get_type (void);

static const MokedEntityInfo old_info = { "sample", old_sample_get_type, old_fields, G_N_ELEMENTS (old_fields) };
static const MokedEntityInfo new_info = { "sample", new_sample_get_type, new_fields, G_N_ELEMENTS (new_fields) };

MOKED_DEFINE_ENTITY (OldSample, old_sample, &old_info)
MOKED_DEFINE_ENTITY (NewSample, new_sample, &new_info)

static const MokedEntityInfo *const old_entities[] = { &old_info, NULL };
static const MokedEntityInfo *const new_entities[] = { &new_info, NULL };
static MokedSchemaPart old_part, new_part;
static const MokedSchemaPart *const old_parts[] = { &old_part, &moked_change_log_schema, NULL };
static const MokedSchemaPart *const new_parts[] = { &new_part, &moked_change_log_schema, NULL };
static const MokedSchemaPart *const new_service_parts[] = { &new_part, &moked_change_log_schema,
                                                            &moked_sync_server_schema, NULL };
static const MokedSchema old_schema = { old_parts };
static const MokedSchema new_schema = { new_parts };
static const MokedSchema new_service_schema = { new_service_parts };

/* As the program of this version has it, but for the fields. */
static void
make_parts (void)
{
  old_part = new_part = *sample_schema.parts[0];
  old_part.entities = old_entities;
  new_part.entities = new_entities;
}

/* The program of another version on the same cache. */
static void
install (Office            *office,
         Desk              *desk,
         const MokedSchema *schema)
{
  g_autofree char *name = g_strdup (desk->name);
  g_autofree char *path = g_build_filename (office->directory, name, NULL);
  GError *error = NULL;

  desk_close (desk);
  desk->name = g_steal_pointer (&name);
  desk->clock = moked_clock_new_fake (moked_clock_get_real (office->clock));
  desk->cache = moked_cache_new_with_clock (path, schema, desk->clock);
  dex_await (moked_cache_open (desk->cache), &error);
  g_assert_no_error (error);
  desk->transport = direct_transport_new (office->store, office->server, "b1", desk->name);
  desk->client = moked_sync_client_new (desk->cache, MOKED_SYNC_TRANSPORT (desk->transport), office->clock);
}

typedef struct
{
  const MokedEntityInfo *info;
  const char            *id;
} Wanted;

static DexFuture *
load_in_session (MokedSession *session,
                 gpointer      user_data)
{
  Wanted *wanted = user_data;
  GError *error = NULL;
  gpointer found = moked_entity_store_load (session, wanted->info, wanted->id, &error);

  return found != NULL ? dex_future_new_take_object (found) : dex_future_new_for_error (error);
}

/* A copy to change. */
static gpointer
see_as (Desk                  *desk,
        const MokedEntityInfo *info,
        Sample                *sample)
{
  Wanted wanted = { info, moked_entity_get_id (sample) };
  DexFuture *read = moked_cache_read (desk->cache, load_in_session, &wanted, NULL);
  g_autoptr (MokedEntity) found = dex_await_object (read, NULL);

  g_assert_nonnull (found);
  return moked_entity_copy (found);
}

static void
save (Desk    *desk,
      gpointer entity)
{
  MokedEdit *edit = moked_edit_new ("save");
  g_autoptr (GError) error = NULL;

  moked_edit_save (edit, entity);
  g_free (dex_await_string (moked_cache_commit (desk->cache, edit), &error));
  g_assert_no_error (error);
}

static Sample *
new_full_sample (void)
{
  Sample *sample = new_sample ("title");

  sample->tags = g_strdup ("hot\nnew");
  sample->due_at = 123;
  return sample;
}

/* An older desktop sees what it knows, changes only that, and is brought up to date. */
static DexFuture *
older_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->b;
  g_autoptr (Sample) sample = new_full_sample ();
  g_autoptr (MokedEntity) seen = NULL;
  g_autoptr (Sample) after = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  install (office, desk, &old_schema);
  desk_sync_ok (desk);
  seen = see_as (desk, &old_info, sample);
  g_assert_cmpstr (((OldSample *) seen)->title, ==, "title");
  ((OldSample *) seen)->amount = 5;
  save (desk, seen);
  desk_sync_ok (desk);
  ((OldSample *) seen)->amount = 6; /* not sent when the newer program is installed */
  save (desk, seen);
  install (office, desk, &remark_schema);
  desk_sync_ok (desk);
  desk_assert_nothing_waits (desk);
  after = desk_see (desk, moked_entity_get_id (sample));
  g_assert_cmpint (after->amount, ==, 6);
  g_assert_cmpstr (after->tags, ==, "hot\nnew");
  g_assert_cmpint (after->due_at, ==, 123);
  return dex_future_new_true ();
}

static void
upgrade_service (Office *office)
{
  GError *error = NULL;

  office_close (office);
  office->store = office->database.engine->new_store (&office->database);
  dex_await (moked_store_open (office->store, &new_service_schema), &error);
  g_assert_no_error (error);
  office->server = moked_sync_server_new (&new_service_schema, NULL, NULL);
}

static void
assert_nickname (Desk       *desk,
                 Sample     *sample,
                 const char *expected)
{
  g_autoptr (MokedEntity) seen = see_as (desk, &new_info, sample);

  g_assert_cmpstr (((NewSample *) seen)->nickname, ==, expected);
  g_assert_cmpint (((NewSample *) seen)->colour, ==, NEW_BLUE);
}

static void
try_all_again (Desk *desk)
{
  g_autoptr (GPtrArray) list = desk_list_waiting (desk);

  for (guint i = 0; i < list->len; i++)
    dex_await (moked_cache_retry (desk->cache, moked_mutation_get_id (g_ptr_array_index (list, i))), NULL);
}

/* What an older service does not know is not lost: it stays with its author until there is a newer one. Older desktops
 * pass by what they do not know. */
static DexFuture *
newer_fiber (gpointer data)
{
  Office *office = data;
  Desk *desk = &office->b;
  g_autoptr (Sample) sample = new_full_sample ();
  g_autoptr (MokedEntity) seen = NULL;

  desk_sync_ok (&office->a);
  desk_save_ok (&office->a, sample);
  desk_sync_ok (&office->a);
  install (office, desk, &new_schema);
  desk_sync_ok (desk);
  seen = see_as (desk, &new_info, sample);
  g_set_str (&((NewSample *) seen)->nickname, "nick");
  ((NewSample *) seen)->colour = NEW_BLUE;
  save (desk, seen);
  desk_sync_ok (desk);
  g_assert_cmpint (desk_count (desk, "SELECT count(*) FROM outbox WHERE business_id = $1"), ==, 1);

  upgrade_service (office);
  desk_reconnect (&office->a, office);
  desk_reconnect (desk, office);
  try_all_again (desk);
  desk_sync_ok (desk);
  desk_assert_nothing_waits (desk);
  assert_nickname (desk, sample, "nick");
  desk_sync_ok (&office->a); /* older now: one choice is not known here */
  desk_assert_title (&office->a, sample, "title");
  install (office, &office->a, &new_schema);
  desk_sync_ok (&office->a);
  assert_nickname (&office->a, sample, "nick");
  return dex_future_new_true ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  make_parts ();
#define ADD(path, fiber) g_test_add (path, Office, fiber, office_setup, office_run, office_teardown)
  ADD ("/sync-upgrade/older-desktop", older_fiber);
  ADD ("/sync-upgrade/newer-desktop", newer_fiber);
  return fixture_run_tests ();
}
