/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desktop without a window: its cache and its files are kept in step with a service, as the app does it.
 *
 *   file-desk FOLDER URL TOKEN
 *
 * Prints {"ready":true} when the first load is complete. Reads commands from its standard input: `attach PATH` takes a
 * file in for nobody in particular, `fetch HASH SIZE` brings one. It brings nothing by itself. Prints a line for each
 * content that did not get on: {"problem":CODE}. Ends with its standard input. */
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>

#include "base/moked-error.h"
#include "base/moked-ulid.h"
#include "features/attachments/moked-attachment-queue.h"
#include "features/attachments/moked-attachment.h"
#include "features/moked-feature.h"
#include "sync/moked-sync-client.h"

typedef struct
{
  GMainLoop            *loop;
  MokedCache           *cache;
  MokedFileStore       *files;
  MokedAttachmentQueue *queue;
  MokedSyncClient      *sync;
  GDataInputStream     *input;
  gboolean              ready;
} Desk;

static void
on_state (MokedSyncClient *sync,
          GParamSpec      *pspec,
          Desk            *desk)
{
  if (moked_sync_client_get_state (sync) != MOKED_SYNC_IDLE)
    return;
  if (!desk->ready)
    g_print ("{\"ready\":true}\n");
  desk->ready = TRUE;
  moked_attachment_queue_wake (desk->queue);
}

static void
on_moved (MokedAttachmentQueue *queue,
          const char           *sha256,
          Desk                 *desk)
{
  MokedAttachmentProgress progress;

  moked_attachment_queue_look (queue, sha256, &progress);
  if (progress.error != NULL)
    g_print ("{\"problem\":\"%s\"}\n", moked_error_get_code (progress.error));
}

static void
attach (Desk       *desk,
        const char *path)
{
  g_autoptr (GFile) source = g_file_new_for_path (path);
  g_autofree char *id = moked_ulid_new (NULL);
  g_autoptr (MokedAttachment) attachment = MOKED_ATTACHMENT (moked_entity_new (&moked_attachment_info, id));
  g_autoptr (GError) error = NULL;
  g_auto (MokedStoredFile) file = { 0 };
  MokedEdit *edit = moked_edit_new ("Attaching");

  if (!moked_file_store_import (desk->files, moked_cache_get_business (desk->cache), source, NULL, &file, &error))
    g_error ("%s was not taken in: %s", path, error->message);
  attachment->name = g_path_get_basename (path);
  attachment->size = file.size;
  attachment->sha256 = g_strdup (file.sha256);
  attachment->customer_id = g_strdup ("01HCUSTOMER");
  attachment->entity = g_strdup ("customer");
  attachment->entity_id = g_strdup ("01HCUSTOMER");
  moked_edit_save (edit, attachment);
  dex_future_disown (moked_cache_commit (desk->cache, edit));
}

static void
obey (Desk *desk,
      char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);

  if (g_strcmp0 (words[0], "attach") == 0)
    attach (desk, words[1]);
  else if (g_strcmp0 (words[0], "fetch") == 0)
    moked_attachment_queue_fetch (desk->queue, words[1], g_ascii_strtoll (words[2], NULL, 10));
}

static void read_line (Desk *desk);

static void
on_line (GObject      *stream,
         GAsyncResult *result,
         gpointer      user_data)
{
  Desk *desk = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (stream), result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (desk->loop);
      return;
    }
  obey (desk, line);
  read_line (desk);
}

static void
read_line (Desk *desk)
{
  g_data_input_stream_read_line_async (desk->input, G_PRIORITY_DEFAULT, NULL, on_line, desk);
}

static DexFuture *
open_fiber (gpointer user_data)
{
  Desk *desk = user_data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (moked_cache_open (desk->cache), &error))
    g_error ("The cache was not opened: %s", error->message);
  moked_sync_client_start (desk->sync);
  read_line (desk);
  return dex_future_new_true ();
}

static DexFuture *
close_fiber (gpointer user_data)
{
  Desk *desk = user_data;

  moked_sync_client_stop (desk->sync);
  dex_await (moked_attachment_queue_stop (desk->queue), NULL);
  dex_await (moked_sync_client_await_stopped (desk->sync), NULL);
  dex_await (moked_cache_close (desk->cache), NULL);
  g_main_loop_quit (desk->loop);
  return dex_future_new_true ();
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (MokedClock) clock = moked_clock_new_system ();
  g_autoptr (MokedHttpTransport) transport = NULL;
  g_autoptr (GInputStream) stdin_stream = g_unix_input_stream_new (0, FALSE);
  g_autofree char *cache_path = NULL;
  g_autofree char *files_path = NULL;
  Desk desk = { 0 };

  if (argc != 4)
    return 2;
  dex_init ();
  setvbuf (stdout, NULL, _IOLBF, 0);
  cache_path = g_build_filename (argv[1], "cache.db", NULL);
  files_path = g_build_filename (argv[1], "files", NULL);
  transport = moked_http_transport_new (argv[2], argv[3]);
  desk.loop = g_main_loop_new (NULL, FALSE);
  desk.input = g_data_input_stream_new (stdin_stream);
  desk.cache = moked_cache_new (cache_path, moked_features_get_schema ());
  desk.files = moked_file_store_new (files_path);
  desk.queue = moked_attachment_queue_new (desk.cache, desk.files, clock);
  desk.sync = moked_sync_client_new (desk.cache, MOKED_SYNC_TRANSPORT (transport), clock);
  g_signal_connect (desk.sync, "notify::state", G_CALLBACK (on_state), &desk);
  g_signal_connect (desk.queue, "changed", G_CALLBACK (on_moved), &desk);
  moked_attachment_queue_set_transport (desk.queue, transport);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, open_fiber, &desk, NULL));
  g_main_loop_run (desk.loop);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, close_fiber, &desk, NULL));
  g_main_loop_run (desk.loop);
  g_object_unref (desk.sync);
  g_object_unref (desk.queue);
  g_object_unref (desk.files);
  g_object_unref (desk.cache);
  g_object_unref (desk.input);
  g_main_loop_unref (desk.loop);
  return 0;
}
