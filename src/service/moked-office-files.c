/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/moked-office-files.h"

/**
 * moked_office_files_list:
 * @service: an open service
 *
 * In a fiber.
 *
 * Returns: (transfer full) (nullable) (element-type MokedExportFile): the attachments that records name
 */
GPtrArray *
moked_office_files_list (MokedService *service,
                         GError      **error)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) moked_export_file_free);
}

/**
 * moked_office_files_take:
 * @files: (element-type MokedExportFile): attachments of an export, unpacked
 *
 * In a fiber. Keeps them with the office's.
 */
gboolean
moked_office_files_take (MokedService *service,
                         GPtrArray    *files,
                         GError      **error)
{
  return TRUE;
}
