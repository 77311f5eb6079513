/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.DistinctKeys;
import io.backhaul.destination.Op;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts a stream of changes into batches: one kind of operation each, within the destination's
 * limits of records and bytes, each key once. The same changes in the same order always give the
 * same batches with the same ids, so that a retried task recognises what was sent.
 *
 * <p>Reads ahead by one change only. Not thread-safe.
 */
public final class Batcher {

  /** What a record's envelope takes in a request body, about: braces, names, quotes. */
  private static final int ENVELOPE_BYTES = 64;

  private static final int ID_BYTES = 16;

  private static final MessageDigest SHA_256 = unused();

  private final String scope;
  private final String object;
  private final Capabilities capabilities;

  /**
   * @param scope what makes equal changes of different syncs different batches, for example tenant
   *     and sync; part of the batch id
   * @param object the destination's object
   */
  public Batcher(String scope, String object, Capabilities capabilities) {
    this.scope = scope;
    this.object = object;
    this.capabilities = capabilities;
  }

  /** The batches of {@code changes}, formed as they are asked for. */
  public Iterator<Batch> batches(Iterator<Change> changes) {
    return new Cutter(changes);
  }

  /** Whether a batch is a single record that is larger than any request may be. */
  public boolean oversized(Batch batch) {
    return batch.size() == 1 && bytes(batch.changes().get(0)) > capabilities.maxBytes();
  }

  /** What is left of a batch, under an id that follows from the batch's own and the keys left. */
  Batch part(Batch batch, List<Change> changes) {
    return batch(batch.id(), batch.op(), changes);
  }

  private Batch batch(String prefix, Op op, List<Change> changes) {
    MessageDigest digest = sha256();
    add(digest, prefix);
    add(digest, object);
    add(digest, op.wireName());
    for (Change change : changes) {
      add(digest, change.key());
      add(digest, Long.toHexString(change.rowHash()));
      add(digest, change.basis());
    }
    String id = HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    return new Batch(id, object, op, changes);
  }

  /** Adds a text and an end mark that no text holds, so that ("ab","c") and ("a","bc") differ. */
  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0xFF);
  }

  /** A new digest: a copy, because to look the algorithm up takes longer than to use it. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's own digests can be copied", e);
    }
  }

  private static MessageDigest unused() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static long bytes(Change change) {
    long fields = change.fields() == null ? 0 : utf8Length(change.fields());
    return utf8Length(change.key()) + fields;
  }

  /** No fewer than {@link #bytes}: a char takes three bytes at most. */
  private static long mostBytes(Change change) {
    long fields = change.fields() == null ? 0 : change.fields().length();
    return 3L * (change.key().length() + fields);
  }

  /** Length of a text in UTF-8, without encoding it. */
  private static long utf8Length(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Each half of a surrogate pair counts 2, the pair 4.
        bytes += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
      }
    }
    return bytes;
  }

  private final class Cutter implements Iterator<Batch> {

    private final Iterator<Change> changes;
    private Change ahead;

    Cutter(Iterator<Change> changes) {
      this.changes = changes;
    }

    private Change peek() {
      if (ahead == null && changes.hasNext()) {
        ahead = changes.next();
      }
      return ahead;
    }

    @Override
    public boolean hasNext() {
      return peek() != null;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Op op = ahead.op();
      List<Change> taken = new ArrayList<>();
      DistinctKeys keys = new DistinctKeys();
      // Most batches are full long before their bytes matter: these are not counted.
      boolean counted = false;
      long total = 0;
      while (peek() != null && ahead.op() == op && taken.size() < capabilities.maxRecords()) {
        long size = (counted ? bytes(ahead) : mostBytes(ahead)) + ENVELOPE_BYTES;
        if (!counted && total + size > capabilities.maxBytes()) {
          counted = true;
          total = taken.stream().mapToLong(change -> bytes(change) + ENVELOPE_BYTES).sum();
          size = bytes(ahead) + ENVELOPE_BYTES;
        }
        boolean fits = taken.isEmpty() || total + size <= capabilities.maxBytes();
        if (!fits || !keys.add(ahead.key())) {
          break;
        }
        taken.add(ahead);
        total += size;
        ahead = null;
      }
      return batch(scope, op, taken);
    }
  }
}
