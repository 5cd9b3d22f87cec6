/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may write and checkpoint a SQLite file in WAL mode. A checkpoint copies the log's frames into the database and
 * notes how far it came; when all was copied, the next commit begins the log anew. Before SQLite 3.51.3 a checkpoint of
 * one connection could go by a header that it had read before another connection began the log anew, and note frames as
 * copied that were not (https://sqlite.org/wal.html, "the WAL-reset bug").
 *
 * Checked: what was committed can be read, always. It can with one connection that writes and checkpoints, whatever
 * others read.
 *
 * Mistake that must be found (-D…):
 *   TWO_OWNERS    another connection checkpoints, too */

#define COMMITS 5
#define BIT(i) (1 << (i))

byte frames[COMMITS + 1];  /* of the log, from 1: the page that each holds, as a bit */
byte n_frames = 0;
byte n_copied = 0;
byte database = 0;         /* pages that it holds */
byte committed = 0;
bool checkpointing = false;

/* What a reader that begins now finds: the database, and the frames over it. */
inline look() {
  atomic {
    found = database; k = 1;
    do :: k <= n_frames -> found = found | frames[k]; k++ :: else -> break od;
    assert((found & committed) == committed);
    found = 0; k = 0
  }
}

inline commit(page) {
  atomic {
    if
    :: n_frames > 0 && n_copied == n_frames -> n_frames = 0; n_copied = 0   /* the log begins anew */
    :: else -> skip
    fi;
    n_frames++;
    frames[n_frames] = BIT(page);
    committed = committed | BIT(page)
  }
}

/* The header is read first, the lock comes after. */
inline checkpoint() {
  until = n_frames;
  atomic { !checkpointing -> checkpointing = true };
  if
  :: atomic { n_copied < until -> next = n_copied + 1 };
     do
     :: atomic { next <= until -> database = database | frames[next]; next++ }
     :: atomic { next > until -> n_copied = until; break }
     od
  :: else -> skip
  fi;
  atomic { checkpointing = false; until = 0; next = 0 }
}

active proctype Writer() {
  byte page = 0, until, next;
  do
  :: page < COMMITS -> commit(page); page++
  :: checkpoint()
  :: page == COMMITS -> break
  od
}

#ifdef TWO_OWNERS
active proctype Other() {
  byte i = 0, until, next;
  do :: i < 2 -> checkpoint(); i++ :: true -> break od
}
#endif

active proctype Reader() {
  byte found, k;
  do :: look() :: committed == BIT(COMMITS) - 1 -> look(); break od
}
