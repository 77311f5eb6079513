/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.mapping.Masking;
import io.backhaul.jobs.ledger.Ledger;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The key that pseudonyms of pii fields are made with; the same for all runs of a ledger, because
 * equal values must stay recognisable. Taken from {@code ledger.pii_key}, or drawn once and kept
 * beside the ledger, where it protects against a reader of the tables, not of the files.
 */
final class PseudonymKey {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 32;

  private PseudonymKey() {}

  /**
   * Keys for one run. The payload key is drawn anew each time and never stored: once the run ends,
   * nobody can open what it sealed.
   *
   * @param configured {@code ledger.pii_key}, or {@code null}
   */
  static Masking masking(Ledger ledger, String configured) {
    byte[] payloadKey = new byte[KEY_BYTES];
    RANDOM.nextBytes(payloadKey);
    return new Masking(configured == null ? kept(ledger) : derived(configured), payloadKey);
  }

  private static byte[] derived(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  private static byte[] kept(Ledger ledger) {
    Path file = new Path(ledger.root().files(), "_pseudonym.key");
    try {
      FileSystem files = file.getFileSystem(ledger.hadoop());
      if (!files.exists(file)) {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        try (OutputStream out = files.create(file, false)) {
          out.write(key);
        } catch (FileAlreadyExistsException e) {
          return read(files, file); // another run was first
        }
      }
      return read(files, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the pseudonym key " + file, e);
    }
  }

  private static byte[] read(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] key = in.readAllBytes();
      if (key.length != KEY_BYTES) {
        throw new IOException("the file has " + key.length + " bytes, not " + KEY_BYTES);
      }
      return key;
    }
  }
}
