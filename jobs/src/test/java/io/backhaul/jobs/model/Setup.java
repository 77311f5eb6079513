/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.Random;

/**
 * What a schedule is played with.
 *
 * @param kind how the sync plans
 * @param deadLetter {@code on_in_doubt: dead_letter}, else resend
 * @param memory whether the destination honours batch ids as idempotency keys
 * @param keys rows that the warehouse may have, at most 4
 * @param batch records a batch takes
 * @param partitions of a plan
 * @param lanes batches in flight in each
 */
record Setup(
    Kind kind, boolean deadLetter, boolean memory, int keys, int batch, int partitions, int lanes) {

  /** How a sync finds what to send. */
  enum Kind {
    /** Compares everything; upserts and deletes. */
    MIRROR,
    /** Looks at rows that changed since the cursor; upserts. */
    WATERMARK,
    /** New keys only, and not to be sent twice. */
    INSERT
  }

  static Setup draw(Random random) {
    return new Setup(
        Kind.values()[Math.min(2, random.nextInt(4))],
        random.nextInt(3) > 0,
        random.nextInt(4) == 0,
        1 + random.nextInt(4),
        1 + random.nextInt(4),
        1 + random.nextInt(2),
        1 + random.nextInt(2));
  }

  /** Whether what is in doubt may be sent again. */
  boolean safeToRepeat() {
    return kind != Kind.INSERT || memory || !deadLetter;
  }

  String text() {
    return String.join(
        " ",
        kind.name(),
        deadLetter ? "dead_letter" : "resend",
        memory ? "memory" : "forgetful",
        "keys=" + keys,
        "batch=" + batch,
        "partitions=" + partitions,
        "lanes=" + lanes);
  }

  static Setup parse(String line) {
    String[] words = line.split(" ");
    return new Setup(
        Kind.valueOf(words[0]),
        words[1].equals("dead_letter"),
        words[2].equals("memory"),
        number(words[3]),
        number(words[4]),
        number(words[5]),
        number(words[6]));
  }

  private static int number(String word) {
    return Integer.parseInt(word.substring(word.indexOf('=') + 1));
  }
}
