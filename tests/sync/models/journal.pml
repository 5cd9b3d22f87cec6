/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What waits is in the cache's database and, after each of its transactions, in a journal beside it. The program dies
 * between any two steps, and the database is found damaged: then what waits comes from the journal, and everything else
 * from the service.
 *
 * Checked: what a person was told to be kept takes effect at the service once.
 *
 * Mistakes that must be found (-D…):
 *   TOLD_FIRST  the person is told before the journal has it
 *   NEW_IDS     what comes from the journal gets new ids
 *   NOT_AFTER   after a crash the journal is not compared with the database again */

#define M 2            /* mutations */
#define BIT(m) (1 << (m))
#define ALL ((1 << M) - 1)
#define CRASHES 2

byte database = 0;     /* what waits: bits */
byte journal = 0;
byte told = 0;
byte made = 0;
byte known = 0;        /* to the service, by their ids */
byte times[M];         /* how often each took effect */
byte crashes = 0;
bool damaged = false;  /* it happens once */
bool renamed = false;

/* The program begins: with the database, or without it. */
inline begin ()
{
  if
  :: !damaged -> damaged = true; database = journal;
#ifdef NEW_IDS
     renamed = true;
#endif
  :: true ->
#ifndef NOT_AFTER
     journal = database;
#endif
     told = told | database /* it is in the list of what waits */
  fi
}

/* Dies here, perhaps. */
inline may_die ()
{
  if
  :: crashes < CRASHES -> atomic { crashes++; begin (); dead = true }
  :: true -> skip
  fi
}

proctype Desktop ()
{
  byte m;
  bool dead;

  do
  :: made < M -> /* a person does something */
     dead = false;
     m = made;
     atomic { made++; database = database | BIT (m) };
#ifdef TOLD_FIRST
     told = told | BIT (m);
#endif
     may_die ();
     if
     :: !dead ->
        journal = database;
        may_die ();
        if
        :: !dead -> told = told | BIT (m)
        :: else -> skip
        fi
     :: else -> skip
     fi
  :: database != 0 -> /* the oldest is sent; the service knows it by its id */
     dead = false;
     m = 0;
     do :: !(database & BIT (m)) -> m++ :: else -> break od;
     atomic {
       if
       :: known & BIT (m) && !renamed -> skip
       :: else -> times[m]++; known = known | BIT (m)
       fi
     };
     may_die (); /* the answer is lost */
     if
     :: !dead ->
        database = database & ~BIT (m);
        may_die ();
        if
        :: !dead -> journal = database
        :: else -> skip
        fi
     :: else -> skip
     fi
  :: made == M && database == 0 -> break
  od;
  m = 0;
  do
  :: m < M ->
     assert (times[m] <= 1);
     assert (!(told & BIT (m)) || times[m] == 1);
     m++
  :: else -> break
  od
}

init
{
  run Desktop ()
}
