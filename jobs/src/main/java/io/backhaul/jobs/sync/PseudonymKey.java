/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.disk.LocalDisk;
import io.backhaul.diff.mapping.FieldSeal;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerFiles;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.SyncSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.UUID;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The key that pseudonyms of pii fields are made with; the same for all runs of a ledger, because
 * equal values must stay recognisable. Taken from {@code ledger.pii_key}, or drawn once and kept
 * beside the ledger, where it protects against a reader of the tables, not of the files.
 */
final class PseudonymKey {

  static final String FILE = "_pseudonym.key";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int KEY_BYTES = 32;

  private PseudonymKey() {}

  /**
   * Keys for one run that writes a plan; {@code null} where the sync has no pii fields. The payload
   * key is drawn anew each time and never stored: once the run ends, nobody can open what it
   * sealed.
   */
  static Masking masking(Ledger ledger, SyncSpec spec, PiiSpec pii, String runId) {
    Masking masking = masking(ledger, spec, pii);
    return masking == null || pii.protect() == PiiSpec.Protect.HASH
        ? masking
        : masking.keeping(new FieldSeal(pii.key(), spec.tenant(), spec.name(), runId));
  }

  /** The same for a plan that nobody keeps. */
  static Masking masking(Ledger ledger, SyncSpec spec, PiiSpec pii) {
    if (spec.mapping().pii().isEmpty()) {
      return null;
    }
    String configured = pii.pseudonymKey();
    return new Masking(configured == null ? kept(ledger) : derived(configured), drawn());
  }

  private static byte[] drawn() {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return key;
  }

  private static byte[] derived(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }

  private static byte[] kept(Ledger ledger) {
    Path file = new Path(ledger.root().files(), FILE);
    try {
      FileSystem files = LedgerFiles.of(file, ledger.hadoop());
      if (!files.exists(file)) {
        create(files, file, ledger);
      }
      return read(files, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the pseudonym key " + file, e);
    }
  }

  /**
   * Makes the file whole or not at all, so that a run that dies here leaves none that is short; of
   * several first runs at once one makes it, and the others read it.
   */
  private static void create(FileSystem files, Path file, Ledger ledger) throws IOException {
    Path draft = new Path(file.getParent(), FILE + "." + UUID.randomUUID());
    try (OutputStream out = files.create(draft, false)) {
      out.write(drawn());
    }
    try {
      // a local rename would replace the file of another run
      if (!(files instanceof RawLocalFileSystem local)
          || !LocalDisk.link(local.pathToFile(draft).toPath(), local.pathToFile(file).toPath())) {
        FileContext.getFileContext(file.toUri(), ledger.hadoop())
            .rename(draft, file, Options.Rename.NONE);
      }
    } catch (FileAlreadyExistsException e) {
      return; // another run was first, and its key is the one
    } finally {
      files.delete(draft, false);
    }
  }

  private static byte[] read(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      byte[] key = in.readAllBytes();
      if (key.length != KEY_BYTES) {
        throw new IOException(
            "the file has "
                + key.length
                + " bytes, not "
                + KEY_BYTES
                + ": restore it from a backup; without one, remove it, and every pii field counts"
                + " as changed once");
      }
      return key;
    }
  }
}
