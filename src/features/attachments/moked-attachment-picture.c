/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/attachments/moked-attachment-picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "base/moked-error.h"
#include "features/attachments/moked-attachment-desk.h"

/* What a file looks like in a list: small pictures of pictures, and an icon of its kind for everything else. Pictures
 * come from anybody, so that only common kinds of sensible size are decoded, on a thread of the files. */

#define MAX_BYTES (40 * 1000 * 1000)
#define MAX_PIXELS (60 * 1000 * 1000)

static const char *const picture_types[] = { "image/png", "image/jpeg", "image/webp", "image/gif", NULL };

static const struct
{
  const char *type; /* or how it begins */
  const char *icon_name;
} icons[] = {
  { "image/", "image-x-generic-symbolic" },
  { "audio/", "audio-x-generic-symbolic" },
  { "video/", "video-x-generic-symbolic" },
  { "application/pdf", "x-office-document-symbolic" },
  { "application/msword", "x-office-document-symbolic" },
  { "application/vnd.openxmlformats-officedocument.wordprocessingml", "x-office-document-symbolic" },
  { "application/vnd.oasis.opendocument.text", "x-office-document-symbolic" },
  { "application/vnd.ms-excel", "x-office-spreadsheet-symbolic" },
  { "application/vnd.openxmlformats-officedocument.spreadsheetml", "x-office-spreadsheet-symbolic" },
  { "application/vnd.oasis.opendocument.spreadsheet", "x-office-spreadsheet-symbolic" },
  { "text/csv", "x-office-spreadsheet-symbolic" },
  { "application/vnd.ms-powerpoint", "x-office-presentation-symbolic" },
  { "application/vnd.openxmlformats-officedocument.presentationml", "x-office-presentation-symbolic" },
  { "application/vnd.oasis.opendocument.presentation", "x-office-presentation-symbolic" },
  { "application/zip", "package-x-generic-symbolic" },
  { "application/x-tar", "package-x-generic-symbolic" },
};

typedef struct
{
  char *path;
  int   size;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->path);
  g_free (load);
}

/**
 * moked_attachment_picture_is_one:
 *
 * Returns: whether moked_attachment_picture_load() can show it, once it is here
 */
gboolean
moked_attachment_picture_is_one (MokedAttachment *attachment)
{
  return attachment->media_type != NULL && attachment->size <= MAX_BYTES &&
         g_strv_contains (picture_types, attachment->media_type);
}

/**
 * moked_attachment_picture_get_icon:
 *
 * Returns: (transfer none): the name of an icon for its kind
 */
const char *
moked_attachment_picture_get_icon (MokedAttachment *attachment)
{
  for (guint i = 0; attachment->media_type != NULL && i < G_N_ELEMENTS (icons); i++)
    if (g_str_has_prefix (attachment->media_type, icons[i].type))
      return icons[i].icon_name;
  return "text-x-generic-symbolic";
}

static GdkTexture *
create_texture (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                                 gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, bytes,
                                 gdk_pixbuf_get_rowstride (pixbuf));
}

static DexFuture *
decode (gpointer data)
{
  Load *load = data;
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  g_autoptr (GdkPixbuf) upright = NULL;
  int width, height;

  if (gdk_pixbuf_get_file_info (load->path, &width, &height) == NULL || (gint64) width * height > MAX_PIXELS)
    return dex_future_new_reject (MOKED_ERROR, MOKED_ERROR_FORMAT, "Not a picture that can be shown");
  pixbuf = gdk_pixbuf_new_from_file_at_scale (load->path, load->size, load->size, TRUE, &error);
  if (pixbuf == NULL)
    return dex_future_new_for_error (error);
  upright = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  return dex_future_new_take_object (create_texture (upright));
}

/**
 * moked_attachment_picture_load:
 * @attachment: a picture that is here
 * @size: pixels of the longer side
 *
 * Returns: (transfer full): resolves to a [class@Gdk.Texture]
 */
DexFuture *
moked_attachment_picture_load (MokedUiContext  *context,
                               MokedAttachment *attachment,
                               int              size)
{
  MokedFileStore *files = moked_attachment_desk_get_files (context);
  Load *load = g_new (Load, 1);

  *load = (Load) {
    moked_file_store_dup_path (files, moked_cache_get_business (moked_ui_context_get_cache (context)),
                               attachment->sha256),
    size,
  };
  return moked_file_store_run (files, decode, load, load_free);
}
