/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "../store/sample-entity.h"
#include "base/moked-error.h"
#include "base/moked-json.h"

static yyjson_doc *
parse (const char *json)
{
  yyjson_doc *doc = yyjson_read (json, strlen (json), 0);

  g_assert_nonnull (doc);
  return doc;
}

static void
test_sets (void)
{
  g_autofree char *normal = moked_set_normalize (" חם \nקונה\n\nחם");
  g_autofree char *merged = moked_set_merge ("a\nb\nc", "d\na", "b");
  g_autofree char *empty = moked_set_merge ("a", NULL, "a");

  g_assert_cmpstr (normal, ==, "חם\nקונה");
  g_assert_cmpstr (merged, ==, "a\nc\nd");
  g_assert_null (empty);
  g_assert_true (moked_set_contains ("ab\nc", "c"));
  g_assert_false (moked_set_contains ("ab\nc", "a"));
  g_assert_false (moked_set_contains (NULL, "a"));
}

static void
test_properties (void)
{
  g_autoptr (Sample) sample = sample_new ("01A", NULL);
  g_autofree char *owner = NULL;
  gint64 due;

  g_object_set (sample, "owner-id", "u1", "due-at", G_GINT64_CONSTANT (77), "urgent", TRUE, NULL);
  g_object_get (sample, "owner-id", &owner, "due-at", &due, NULL);
  g_assert_cmpstr (owner, ==, "u1");
  g_assert_cmpint (due, ==, 77);
  g_assert_true (sample->urgent);
}

/* Everything comes back, defaults and big numbers included, and derived fields do not travel. */
static void
test_json_round_trip (void)
{
  g_autoptr (Sample) sample = sample_new ("01A", "שלום \"x\"\n");
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *object;
  g_autoptr (Sample) back = NULL;
  g_autoptr (yyjson_doc) read = NULL;
  g_autoptr (GError) error = NULL;
  char *json;

  sample->tags = g_strdup ("א\nב");
  sample->amount = G_MAXINT64 - 1;
  sample->colour = SAMPLE_GREEN;
  moked_entity_set_version (sample, 12);
  moked_entity_set_deleted_at (sample, 5);
  object = moked_entity_to_json (sample, doc);
  json = yyjson_mut_val_write (object, 0, NULL);
  read = parse (json);
  g_assert_null (yyjson_obj_get (yyjson_doc_get_root (read), "title_lower"));
  g_assert_true (yyjson_is_bool (yyjson_obj_get (yyjson_doc_get_root (read), "urgent")));
  g_assert_cmpstr (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (read), "colour")), ==, "green");
  back = (Sample *) moked_entity_new_from_json (&sample_info, yyjson_doc_get_root (read), &error);
  g_assert_no_error (error);
  moked_entity_refresh (sample);
  for (guint i = 0; i < sample_info.n_fields; i++)
    g_assert_true (moked_entity_field_equal (sample, back, &sample_info.fields[i]));
  g_assert_cmpint (moked_entity_get_version (back), ==, 12);
  g_assert_true (moked_entity_is_deleted (back));
  free (json);
}

static void
test_json_refuses (void)
{
  static const struct
  {
    const char *json;
    const char *names;
    MokedError  code;
  } cases[] = {
    { "{\"title\": 5}", "title", MOKED_ERROR_INVALID },
    { "{\"amount\": \"5\"}", "amount", MOKED_ERROR_INVALID },
    { "{\"amount\": 1.5}", "amount", MOKED_ERROR_INVALID },
    { "{\"amount\": 18446744073709551615}", "amount", MOKED_ERROR_INVALID },
    { "{\"urgent\": 1}", "urgent", MOKED_ERROR_INVALID },
    { "{\"tags\": \"a\"}", "tags", MOKED_ERROR_INVALID },
    { "{\"tags\": [1]}", "tags", MOKED_ERROR_INVALID },
    { "{\"tags\": [\"a\\nb\"]}", "tags", MOKED_ERROR_INVALID },
    { "{\"tags\": {\"add\": \"a\"}}", "tags", MOKED_ERROR_INVALID },
    { "{\"title\": \"a\\u0000b\"}", "title", MOKED_ERROR_INVALID },
    { "{\"title_lower\": \"a\"}", "title_lower", MOKED_ERROR_INVALID },
    { "{\"nonsense\": 1}", "nonsense", MOKED_ERROR_INVALID },
    { "{\"colour\": \"green\"}", "colour", MOKED_ERROR_FORBIDDEN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Sample) sample = sample_new ("01A", "kept");
      g_autoptr (yyjson_doc) doc = parse (cases[i].json);
      g_autoptr (GError) error = NULL;

      g_assert_false (moked_entity_apply_json (sample, yyjson_doc_get_root (doc), MOKED_FIELD_SERVICE, &error));
      g_assert_error (error, MOKED_ERROR, (int) cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].names));
    }
}

/* A difference applied to the old record gives the new one, also when others changed the set meanwhile. */
static void
test_diff (void)
{
  g_autoptr (Sample) before = sample_new ("01A", "one");
  g_autoptr (Sample) after = NULL;
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  g_autoptr (yyjson_doc) diff = NULL;
  char *json;

  before->tags = g_strdup ("a\nb");
  after = moked_entity_copy (before);
  g_set_str (&after->tags, "a\nc");
  after->due_at = 9;
  json = yyjson_mut_val_write (moked_entity_diff_json (before, after, doc), 0, NULL);
  g_assert_cmpstr (json, ==, "{\"tags\":{\"add\":[\"c\"],\"remove\":[\"b\"]},\"due_at\":9}");
  diff = parse (json);
  g_set_str (&before->tags, "a\nb\nz");
  g_assert_true (moked_entity_apply_json (before, yyjson_doc_get_root (diff), 0, NULL));
  g_assert_cmpstr (before->tags, ==, "a\nc\nz");
  g_assert_cmpint (before->due_at, ==, 9);
  free (json);
}

/* What a newer service knows is passed over; what does not fit into a number is not taken for another one. */
static void
test_json_newer (void)
{
  g_autoptr (yyjson_doc) doc = parse ("{\"id\":\"01A\",\"version\":18446744073709551615,\"title\":\"one\","
                                      "\"colour\":\"mauve\",\"smell\":\"rose\"}");
  g_autoptr (GError) error = NULL;
  g_autoptr (MokedEntity) entity = moked_entity_new_from_json (&sample_info, yyjson_doc_get_root (doc), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (((Sample *) entity)->title, ==, "one");
  g_assert_cmpint (((Sample *) entity)->colour, ==, SAMPLE_RED);
  g_assert_cmpint (moked_entity_get_version (entity), ==, 0);
}

/* Bytes that are no text, of a vendor perhaps, do not make a record impossible to send. */
static void
test_json_bytes (void)
{
  g_autoptr (Sample) sample = sample_new ("01A", "caf\xe9");
  g_autoptr (yyjson_mut_doc) doc = yyjson_mut_doc_new (NULL);
  g_autoptr (yyjson_doc) again = NULL;
  char *json;

  sample->tags = g_strdup ("a\xff\nb");
  json = yyjson_mut_val_write (moked_entity_to_json (sample, doc), 0, NULL);
  g_assert_nonnull (json);
  again = parse (json);
  g_assert_cmpstr (yyjson_get_str (yyjson_obj_get (yyjson_doc_get_root (again), "title")), ==, "caf\uFFFD");
  free (json);
}

static void
test_validate (void)
{
  g_autoptr (Sample) sample = sample_new ("01A", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (moked_entity_validate (sample, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_clear_error (&error);
  sample->title = g_strdup (" \t\u00a0");
  g_assert_false (moked_entity_validate (sample, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_clear_error (&error);
  g_set_str (&sample->title, "caf\xe9");
  g_assert_false (moked_entity_validate (sample, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_clear_error (&error);
  g_clear_pointer (&sample->title, g_free);
  sample->title = g_strdup ("ארבעים ואחת אותיות זה כבר יותר מדי אותיות");
  g_assert_cmpint (g_utf8_strlen (sample->title, -1), ==, 41);
  g_assert_false (moked_entity_validate (sample, &error));
  g_assert_error (error, MOKED_ERROR, MOKED_ERROR_INVALID);
  g_set_str (&sample->title, "די");
  g_assert_true (moked_entity_validate (sample, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/sets", test_sets);
  g_test_add_func ("/model/properties", test_properties);
  g_test_add_func ("/model/json/round-trip", test_json_round_trip);
  g_test_add_func ("/model/json/refuses", test_json_refuses);
  g_test_add_func ("/model/json/newer", test_json_newer);
  g_test_add_func ("/model/json/bytes", test_json_bytes);
  g_test_add_func ("/model/diff", test_diff);
  g_test_add_func ("/model/validate", test_validate);
  return g_test_run ();
}
