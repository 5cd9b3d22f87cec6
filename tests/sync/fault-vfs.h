/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FaultKind:
 * @FAULT_POWER: the computer goes off: nothing reaches the disk any more
 * @FAULT_FULL: the disk is full, until fault_vfs_heal()
 * @FAULT_IO: one write fails
 *
 * What becomes of the files of one database, and its log, under SQLite: a layer between it and the system that every
 * database of the process goes through.
 */
typedef enum
{
  FAULT_POWER,
  FAULT_FULL,
  FAULT_IO,
} FaultKind;

void  fault_vfs_register (void);
void  fault_vfs_plan     (const char *path,
                          FaultKind   kind,
                          guint       after);
guint fault_vfs_count    (const char *path);
gboolean fault_vfs_met   (const char *path);
void  fault_vfs_heal     (const char *path);
void  fault_vfs_restart  (const char *path,
                          GRand      *rand);

G_END_DECLS
