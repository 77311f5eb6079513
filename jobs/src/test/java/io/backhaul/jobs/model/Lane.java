/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import io.backhaul.jobs.model.Target.Answer;
import java.util.ArrayDeque;
import java.util.Deque;

/** One batch in flight: the sender's loop, a step at a time. */
final class Lane {

  private static final int MOST_TRIES = 2;

  private final ModelTask task;
  private final World world;
  private final boolean safeToRepeat;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int batch = -1;
  private int left;
  private boolean intentNoted;

  /** Known, and lost if the task dies now. */
  private Frame known;

  Lane(ModelTask task) {
    this.task = task;
    this.world = task.world;
    this.safeToRepeat = world.setup.safeToRepeat();
  }

  boolean idle() {
    return batch < 0;
  }

  /** Keys of the request that is under way, or whose answer is not durable. */
  int inFlight() {
    int keys = known == null ? 0 : known.outcomes();
    Piece head = pieces.peek();
    return head != null && head.sent ? keys | head.keys : keys;
  }

  /**
   * Does the next thing.
   *
   * @param fate of the request, if that is the next thing
   */
  void step(Fate fate, int record) {
    if (known != null) {
      write(known);
      known = null;
      endIfEmpty();
    } else if (idle()) {
      begin();
    } else if (task.stopped) {
      abandon();
    } else if (pieces.peek().exhausted) {
      giveUp(pieces.peek());
    } else if (!safeToRepeat && !intentNoted && fate != Fate.OUTAGE) {
      if (world.has(Protection.INTENTS)) {
        task.write(Frame.intent(batch, task.batches.get(batch).keys()));
      }
      intentNoted = true;
    } else {
      send(pieces.peek(), fate, record);
    }
  }

  /** Its task is gone, and with it what was not durable. */
  void dies() {
    pieces.clear();
    known = null;
    batch = -1;
  }

  private void begin() {
    int taken = task.take();
    if (taken < 0) {
      return;
    }
    ModelRun.Batch whole = task.batches.get(taken);
    int settled = task.settledEarlier(taken);
    int open = whole.keys() & ~settled;
    if (open == 0) {
      return;
    }
    batch = taken;
    left = open;
    intentNoted = false;
    long id = settled == 0 ? whole.id() : task.run.id(whole.id(), open);
    pieces.push(new Piece(id, open));
    if (!safeToRepeat && (settled != 0 || task.inDoubtEarlier(taken))) {
      pieces.clear();
      known = Frame.unknown(batch, open);
    }
  }

  private void send(Piece piece, Fate fate, int record) {
    if (fate == Fate.OUTAGE) {
      task.stopped = true;
      task.outOfPatience = true;
      giveUp(piece);
      return;
    }
    world.target.sending(task.run, piece.keys);
    piece.tries++;
    piece.sent = true;
    if (!world.has(Protection.OUTCOME_AFTER_ANSWER)) {
      task.write(Frame.known(batch, piece.keys, 0));
    }
    int one = nth(piece.keys, record);
    switch (fate) {
      case ANSWERED -> answered(piece, write(piece, 0, 0));
      case REJECTS_ONE -> answered(piece, write(piece, one, 0));
      case RETRIES_ONE -> answered(piece, write(piece, 0, one));
      case POISONED -> poisoned(piece);
      case UNAVAILABLE -> {
        piece.failed = true;
        piece.sent = piece.inDoubt;
        piece.exhausted = piece.tries == MOST_TRIES;
      }
      case LOST -> unanswered(piece);
      case ANSWER_LOST -> {
        write(piece, 0, 0);
        unanswered(piece);
      }
      case LATE -> {
        world.target.network.add(new Target.Late(task.run, piece.id, piece.keys));
        unanswered(piece);
      }
      case OUTAGE -> throw new IllegalStateException("nothing is sent");
    }
  }

  private Answer write(Piece piece, int rejected, int retry) {
    return world.target.write(task.run, piece.id, piece.keys, rejected, retry, false);
  }

  private void answered(Piece piece, Answer answer) {
    pieces.remove(piece);
    if (answer.retry() != 0) {
      Piece rest = new Piece(task.run.id(piece.id, answer.retry()), answer.retry());
      rest.tries = piece.tries;
      rest.inDoubt = piece.inDoubt;
      rest.failed = true;
      rest.exhausted = rest.tries == MOST_TRIES;
      pieces.push(rest);
    }
    if ((answer.applied() | answer.rejected()) != 0) {
      known = Frame.known(batch, answer.applied(), answer.rejected());
    }
  }

  private void poisoned(Piece piece) {
    pieces.remove(piece);
    int half = Integer.bitCount(piece.keys) / 2;
    if (half == 0) {
      known = Frame.known(batch, 0, piece.keys);
      return;
    }
    int first = 0;
    for (int i = 0; i < half; i++) {
      first |= Integer.lowestOneBit(piece.keys & ~first);
    }
    int second = piece.keys & ~first;
    pieces.push(new Piece(task.run.id(piece.id, second), second));
    pieces.push(new Piece(task.run.id(piece.id, first), first));
  }

  private void unanswered(Piece piece) {
    piece.inDoubt = true;
    piece.failed = true;
    world.target.mayRepeat |= piece.keys;
    if (!safeToRepeat || piece.tries == MOST_TRIES) {
      giveUp(piece);
    }
  }

  /** Not sent again in this run. */
  private void giveUp(Piece piece) {
    pieces.remove(piece);
    known = piece.inDoubt ? Frame.unknown(batch, piece.keys) : Frame.deferred(batch, piece.keys);
  }

  /** The partition stopped. */
  private void abandon() {
    Frame all = Frame.known(batch, 0, 0);
    for (Piece piece : pieces) {
      if (piece.inDoubt) {
        all = all.and(Frame.unknown(batch, piece.keys));
      } else if (intentNoted || (piece.failed && task.outOfPatience)) {
        all = all.and(Frame.deferred(batch, piece.keys));
      }
    }
    pieces.clear();
    if (all.outcomes() != 0) {
      known = all;
    }
    endIfEmpty();
  }

  private void write(Frame frame) {
    left &= ~frame.outcomes();
    task.write(left == 0 ? frame.asLast() : frame);
  }

  private void endIfEmpty() {
    if (known == null && pieces.isEmpty()) {
      batch = -1;
    }
  }

  private static int nth(int keys, int n) {
    int rest = keys;
    for (int i = n % Integer.bitCount(keys); i > 0; i--) {
      rest &= rest - 1;
    }
    return Integer.lowestOneBit(rest);
  }
}
