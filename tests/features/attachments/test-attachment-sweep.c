/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "../support/office-fixture.h"
#include "base/moked-ulid.h"
#include "features/attachments/moked-attachment-content.h"
#include "features/attachments/moked-attachment-sweep.h"
#include "features/attachments/moked-attachment.h"

/* What goes from the folder of files, and what stays; on the engine of this run. */

#define DAY (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  const char *id;
  const char *sha256;
  gint64      size;
  gboolean    stored;
} Wanted;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

/* A file of long ago. Returns its hash. */
static char *
keep_old (OfficeFixture  *f,
          MokedFileStore *files,
          const char     *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *path = moked_file_store_dup_path (files, f->business, hash);
  g_autoptr (GError) error = NULL;
  gint64 offset;

  if (!moked_file_store_append (files, f->business, hash, (gint64) strlen (text), 0, bytes, &offset, &error))
    g_assert_no_error (error);
  g_assert_cmpint (utime (path, &(struct utimbuf) { 1000, 1000 }), ==, 0);
  return hash;
}

static gboolean
save (MokedSession *session,
      gpointer      data,
      GError      **error)
{
  Wanted *wanted = data;
  g_autoptr (MokedAttachment) attachment =
      MOKED_ATTACHMENT (moked_entity_new (&moked_attachment_info, wanted->id));

  g_set_str (&attachment->name, "a.txt");
  g_set_str (&attachment->sha256, wanted->sha256);
  attachment->size = wanted->size;
  g_set_str (&attachment->customer_id, "01HCUSTOMER");
  g_set_str (&attachment->entity, "customer");
  g_set_str (&attachment->entity_id, "01HCUSTOMER");
  if (wanted->stored)
    g_set_str (&attachment->stored, wanted->sha256);
  return moked_change_log_save (session, attachment, &office_actor, error);
}

static gboolean delete (MokedSession *session,
                        gpointer id,
                        GError **error)
{
  g_autoptr (MokedEntity) attachment = moked_entity_new (&moked_attachment_info, id);

  return moked_change_log_delete (session, attachment, &office_actor, error);
}

static guint
sweep (OfficeFixture  *f,
       MokedFileStore *files,
       gint64          deleted_since)
{
  g_autoptr (GError) error = NULL;
  guint removed = dex_await_uint (
      moked_attachment_sweep (f->store, files, f->business, g_get_real_time () - DAY, deleted_since), &error);

  g_assert_no_error (error);
  return removed;
}

static DexFuture *
test_sweep (gpointer data)
{
  OfficeFixture *f = data;
  g_autofree char *folder = g_dir_make_tmp ("moked-files-XXXXXX", NULL);
  g_autoptr (MokedFileStore) files = moked_file_store_new (folder);
  g_autofree char *named = keep_old (f, files, "named");
  g_autofree char *deleted = keep_old (f, files, "deleted");
  g_autofree char *orphan = keep_old (f, files, "orphan");
  gint64 now = moked_clock_get_real (f->clock);
  g_auto (GStrv) areas = moked_file_store_list_areas (files);

  office_fixture_write (f, save, &(Wanted) { "01HNAMED", named, 5 });
  office_fixture_write (f, save, &(Wanted) { "01HDELETED", deleted, 7 });
  office_fixture_write (f, delete, (gpointer) "01HDELETED");
  g_assert_cmpuint (g_strv_length (areas), ==, 1);
  g_assert_cmpstr (areas[0], ==, f->business);
  /* A deletion can still be taken back. */
  g_assert_cmpuint (sweep (f, files, now - DAY), ==, 1);
  g_assert_false (moked_file_store_has (files, f->business, orphan, NULL));
  g_assert_true (moked_file_store_has (files, f->business, deleted, NULL));
  g_assert_cmpuint (sweep (f, files, now + DAY), ==, 1);
  g_assert_false (moked_file_store_has (files, f->business, deleted, NULL));
  g_assert_true (moked_file_store_has (files, f->business, named, NULL));
  remove_tree (folder);
  return dex_future_new_true ();
}

static gboolean
check_content (MokedSession *session,
               gpointer      data,
               GError      **error)
{
  OfficeFixture *f = data;
  MokedAttachmentContent content;
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "a", -1);
  g_autofree char *other = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "b", -1);
  g_autoptr (GPtrArray) listed = NULL;

  if (!save (session, &(Wanted) { "01HA", hash, 1000 }, error) ||
      !save (session, &(Wanted) { "01HB", hash, 1000 }, error) ||
      !save (session, &(Wanted) { "01HC", other, 500, TRUE }, error) ||
      !moked_attachment_content_read (session, f->user_id, hash, 1000, &content, error))
    return FALSE;
  g_assert_true (content.named);
  g_assert_false (content.stored || content.everywhere || content.known);
  if (!moked_attachment_content_read (session, f->user_id, hash, 999, &content, error))
    return FALSE;
  g_assert_false (content.named);
  if (!moked_attachment_content_mark (session, f->user_id, hash, 1000, error) ||
      !moked_attachment_content_read (session, f->user_id, hash, -1, &content, error))
    return FALSE;
  g_assert_true (content.stored && content.everywhere && content.known);
  /* One content counts once, however many records name it. */
  g_assert_cmpint (moked_attachment_content_used (session, error), ==, 1500);
  listed = moked_attachment_list_files (session, error);
  g_assert_cmpuint (listed->len, ==, 2);
  if (!moked_attachment_content_lost (session, hash, error) ||
      !moked_attachment_content_read (session, f->user_id, hash, -1, &content, error))
    return FALSE;
  g_assert_true (content.named);
  g_assert_false (content.stored || content.known);
  g_assert_cmpint (moked_attachment_content_used (session, error), ==, 500);
  return TRUE;
}

static DexFuture *
test_content (gpointer data)
{
  office_fixture_write (data, check_content, data);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);
  OFFICE_TEST ("/attachments/sweep", test_sweep);
  OFFICE_TEST ("/attachments/content", test_content);
  return fixture_run_tests ();
}
