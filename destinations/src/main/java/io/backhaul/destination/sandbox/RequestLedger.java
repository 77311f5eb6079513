/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Every write request that arrived, in order, with hashes in place of payloads. It is the
 * destination's own account of what happened, and tests believe it and not the sender's.
 *
 * <p>Thread-safe.
 */
public final class RequestLedger {

  /**
   * One record of a request.
   *
   * @param name how the destination knows the record
   * @param op wire name of the operation
   * @param valueHash {@link #hash} of the fields it carried, in canonical form; {@code ""} for a
   *     delete
   * @param applied whether it was applied by this request
   */
  public record Written(String name, String op, String valueHash, boolean applied) {}

  /**
   * One request.
   *
   * @param number of arrival, from 1
   * @param object the object it wrote to
   * @param idempotencyKey its idempotency key, or {@code ""}
   * @param payloadHash {@link #hash} of its body
   * @param records how many records it carried
   * @param applied how many of them it applied
   * @param rejected how many of them it refused for good
   * @param replayed whether its idempotency key was known and the first answer was given again
   * @param status HTTP status of the answer
   * @param answered whether the whole answer was sent
   * @param written the records; empty in a ledger that keeps counts alone
   */
  public record Entry(
      long number,
      String object,
      String idempotencyKey,
      String payloadHash,
      int records,
      int applied,
      int rejected,
      boolean replayed,
      int status,
      boolean answered,
      List<Written> written) {

    public Entry {
      Objects.requireNonNull(idempotencyKey, "idempotencyKey");
      written = List.copyOf(written);
    }
  }

  private final int limit;
  private final boolean detailed;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long arrivals;
  private long records;
  private long applied;
  private long rejected;
  private long replayed;

  private RequestLedger(int limit, boolean detailed) {
    this.limit = limit;
    this.detailed = detailed;
  }

  /** Keeps every request and every record of it: for tests. */
  public static RequestLedger complete() {
    return new RequestLedger(Integer.MAX_VALUE, true);
  }

  /** Keeps the counts of the last {@code limit} requests: bounded memory. */
  public static RequestLedger ofLast(int limit) {
    return new RequestLedger(limit, false);
  }

  /** Whether {@link Entry#written} is kept, so that the caller can save itself the hashing. */
  public boolean detailed() {
    return detailed;
  }

  /** Takes the next arrival number. */
  public synchronized long arrive() {
    return ++arrivals;
  }

  /** Adds what became of a request. */
  public synchronized void add(Entry entry) {
    records += entry.records();
    applied += entry.applied();
    rejected += entry.rejected();
    replayed += entry.replayed() ? 1 : 0;
    entries.addLast(entry);
    if (entries.size() > limit) {
      entries.removeFirst();
    }
  }

  /** The requests that are kept, oldest first. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** How many write requests arrived since the start. */
  public synchronized long arrivals() {
    return arrivals;
  }

  /** How many records they carried. */
  public synchronized long records() {
    return records;
  }

  /** How many records were applied, repetitions counted again. */
  public synchronized long applied() {
    return applied;
  }

  /** How many records were refused for good. */
  public synchronized long rejected() {
    return rejected;
  }

  /** How many requests were answered from the memory of idempotency keys. */
  public synchronized long replayed() {
    return replayed;
  }

  /** The first 16 hex digits of the text's SHA-256. */
  public static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The first 16 hex digits of the bytes' SHA-256. */
  public static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
