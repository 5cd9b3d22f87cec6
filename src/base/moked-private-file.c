/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moked-private-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/moked-error.h"

/**
 * moked_private_file_write:
 * @path: a file, which may be there already
 * @text: its new contents
 * @error: %MOKED_ERROR_STORAGE
 *
 * Writes a file with secrets: whole or not at all, and never readable by anybody but its owner, not even
 * for a moment and not when it was readable before.
 */
gboolean
moked_private_file_write (const char  *path,
                          const char  *text,
                          GError     **error)
{
  g_autoptr (GError) local_error = NULL;

  /* A new file takes over the mode of the one that it replaces. */
  if (g_chmod (path, 0600) != 0 && errno != ENOENT)
    {
      g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (g_file_set_contents_full (path, text, (gssize) strlen (text),
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local_error))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_STORAGE, "%s", local_error->message);
  return FALSE;
}
