/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code pii} of {@code backhaul.yaml}. */
final class PiiReader {

  /** 16 characters of base64 hold 96 bits. */
  private static final int SHORTEST_KEY = 16;

  private static final String REMEDY = "make one with `openssl rand -base64 32`";

  /** What it looks like. */
  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.optional(
              "protect",
              Shape.choice("hash", "encrypt"),
              "hash",
              "What dead letters hold of pii fields: keyed pseudonyms, or the values, encrypted,"
                  + " which `dlq show` reads with the key."),
          Key.optional(
              "key", Shape.secret(), "Key that pii fields of dead letters are encrypted with."),
          Key.optional(
              "old_keys",
              new Shape.ListOf(Shape.secret()),
              "[]",
              "Keys of earlier runs, with which their dead letters can still be read."));

  private PiiReader() {}

  /**
   * @param root of {@code backhaul.yaml}
   * @param missing see {@link PiiSpec#missing}
   */
  static PiiSpec read(JsonNode root, List<String> missing, Checks checks) {
    JsonNode pii = root.path("pii");
    PiiSpec.Protect protect =
        PiiSpec.Protect.valueOf(pii.path("protect").asText("hash").toUpperCase(Locale.ROOT));
    String key = pii.path("key").textValue();
    List<String> oldKeys = new ArrayList<>();
    pii.path("old_keys").forEach(old -> oldKeys.add(old.textValue()));
    if (protect == PiiSpec.Protect.ENCRYPT && key == null && !checks.marks().has("pii.key")) {
      checks.problem("pii.protect", "encrypt needs pii.key, which names a secret; " + REMEDY);
    }
    if (key != null && key.length() < SHORTEST_KEY) {
      checks.problem(
          "pii.key", "the key has fewer than " + SHORTEST_KEY + " characters; " + REMEDY);
    }
    return new PiiSpec(
        protect, key, oldKeys, root.path("ledger").path("pii_key").textValue(), missing);
  }
}
