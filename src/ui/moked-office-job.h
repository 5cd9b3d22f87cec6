/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/moked-http-transport.h"

G_BEGIN_DECLS

/**
 * MokedOfficeStep:
 * @MOKED_OFFICE_STEP_MAKE: the service makes the file
 * @MOKED_OFFICE_STEP_FETCH: the file comes here
 * @MOKED_OFFICE_STEP_BRING: the file goes to the service
 * @MOKED_OFFICE_STEP_REPLACE: the service checks it, and puts it in the place of the office; it is not cancelled
 */
typedef enum
{
  MOKED_OFFICE_STEP_MAKE,
  MOKED_OFFICE_STEP_FETCH,
  MOKED_OFFICE_STEP_BRING,
  MOKED_OFFICE_STEP_REPLACE,
} MokedOfficeStep;

/**
 * MokedOfficeProgress:
 * @fraction: from 0 to 1; below 0 when nobody knows
 */
typedef void (*MokedOfficeProgress) (MokedOfficeStep step,
                                     double          fraction,
                                     gpointer        user_data);

typedef struct _MokedOfficeJob MokedOfficeJob;

MokedOfficeJob *moked_office_job_new     (MokedHttpTransport  *transport,
                                          MokedOfficeProgress  progress,
                                          gpointer             user_data,
                                          GDestroyNotify       destroy);
MokedOfficeJob *moked_office_job_ref     (MokedOfficeJob      *self);
void            moked_office_job_unref   (MokedOfficeJob      *self);
void            moked_office_job_cancel  (MokedOfficeJob      *self);
DexFuture      *moked_office_job_export  (MokedOfficeJob      *self,
                                          GFile               *target) G_GNUC_WARN_UNUSED_RESULT;
DexFuture      *moked_office_job_import  (MokedOfficeJob      *self,
                                          GFile               *source) G_GNUC_WARN_UNUSED_RESULT;
DexFuture      *moked_office_job_restore (MokedOfficeJob      *self,
                                          const char          *backup) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedOfficeJob, moked_office_job_unref)

G_END_DECLS
