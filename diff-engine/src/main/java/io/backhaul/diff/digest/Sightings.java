/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What tasks see of a snapshot whose rows are, but for a few, known. Spark's generated code asks of
 * each row whether it is news; whoever pulls that code's rows takes the {@link #summary} when they
 * end. The two meet by the task they run in, whatever copies of this there are. Not thread-safe
 * within a task.
 */
public final class Sightings implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Per executor JVM: what tasks that are under way have seen, until they end. */
  private static final Map<String, Summary> UNDER_WAY = new ConcurrentHashMap<>();

  /** Before it has seen so many rows, a task does not judge what share of them is news. */
  private static final int TOO_FEW_TO_JUDGE = 50_000;

  private final String scan = UUID.randomUUID().toString();
  private final Broadcast<Signatures> known;
  private final double mostNews;

  private transient Signatures.Table rows;
  private transient int bits;
  private transient Summary seen;

  /**
   * @param mostNews of a task's rows that are kept, from 0 to 1; with more, it keeps no more
   */
  Sightings(Broadcast<Signatures> known, double mostNews) {
    this.known = known;
    this.mostNews = mostNews;
  }

  /**
   * Looks at one row. Outside of a task, where Spark may try it while it plans, all is news: what
   * is left out must be in a summary.
   *
   * @param micros when it changed, in microseconds since 1970; Long.MIN_VALUE if unknown
   * @return whether no known row is left that it could be
   */
  public boolean isNews(long keyHash, long rowHash, long micros) {
    if (seen == null) {
      TaskContext task = TaskContext.get();
      if (task == null) {
        return true;
      }
      rows = known.value().table();
      bits = known.value().bits();
      seen = of(task);
    }
    seen.rows++;
    seen.latestMicros = Math.max(seen.latestMicros, micros);
    long mark = Digest.mark(keyHash, rowHash);
    if (rows.take(Digest.bucket(keyHash, bits), Signatures.of(mark), seen.taken)) {
      seen.matched += mark;
      return false;
    }
    if (seen.rows > TOO_FEW_TO_JUDGE && seen.news > mostNews * seen.rows) {
      seen.incomplete = true;
    }
    if (seen.incomplete) {
      return false;
    }
    seen.add(keyHash);
    return true;
  }

  /**
   * What this task has seen, at its end.
   *
   * @param kept how many rows came out: if others than were news, somebody else let them pass
   */
  Summary summary(long kept) {
    Summary all = of(TaskContext.get());
    all.incomplete |= all.news != kept;
    return all;
  }

  private Summary of(TaskContext task) {
    String name = scan + "@" + task.taskAttemptId();
    Summary known = UNDER_WAY.get(name);
    if (known == null) {
      known = new Summary(this.known.value());
      UNDER_WAY.put(name, known);
      task.addTaskCompletionListener((TaskCompletionListener) ended -> UNDER_WAY.remove(name));
    }
    return known;
  }

  /** What tasks saw. */
  static final class Summary implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int FEW = 64;

    private long matched;
    private final Signatures.Taken taken;
    private long[] newsKeys = new long[FEW];
    private int news;
    private long rows;
    private long latestMicros = Long.MIN_VALUE;
    private boolean incomplete;

    private Summary(Signatures known) {
      taken = new Signatures.Taken(known.table());
    }

    private void add(long keyHash) {
      if (news == newsKeys.length) {
        newsKeys = Arrays.copyOf(newsKeys, news * 2);
      }
      newsKeys[news++] = keyHash;
    }

    Summary with(Summary other) {
      matched += other.matched;
      taken.or(other.taken);
      int both = news + other.news;
      newsKeys = Arrays.copyOf(newsKeys, Math.max(both, FEW));
      System.arraycopy(other.newsKeys, 0, newsKeys, news, other.news);
      news = both;
      rows += other.rows;
      latestMicros = Math.max(latestMicros, other.latestMicros);
      incomplete |= other.incomplete;
      return this;
    }

    /** The sum of {@link Digest#mark} over the rows that are known. */
    long matched() {
      return matched;
    }

    /** Which known rows were seen, by their place. */
    Signatures.Taken taken() {
      return taken;
    }

    /** The hash of the key of each row that is news. */
    long[] newsKeys() {
      return Arrays.copyOf(newsKeys, news);
    }

    /** How many rows there are in all. */
    long rows() {
      return rows;
    }

    long latestMicros() {
      return latestMicros;
    }

    /** Whether a task kept less than what is news, or does not know of all that it kept. */
    boolean incomplete() {
      return incomplete;
    }
  }
}
