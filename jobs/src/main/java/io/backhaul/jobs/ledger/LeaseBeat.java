/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a lease is renewed: two small files that its holder writes in turn, so that one is whole
 * whatever happens to the other. Files and not a table, because runs keep all of Spark's cores busy
 * for longer than a lease lasts, and a table cannot be written then. Each holder has files of its
 * own, named by it: one that was asleep disturbs nobody when it wakes up.
 *
 * @param folder of what is held, in any Hadoop file system
 * @param holder a file name that no other holder of it has
 */
public record LeaseBeat(String folder, String holder) implements Serializable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseBeat.class);
  private static final int FILES = 2;

  /** Of one holder of a sync's lease. */
  public static LeaseBeat of(LedgerRoot root, String tenant, String sync, long epoch) {
    return new LeaseBeat(root.files() + "/_lease/" + tenant + "/" + sync, Long.toString(epoch));
  }

  /** Of a worker of a fleet, which holds jobs. No tenant can be called as its folder is. */
  public static LeaseBeat of(LedgerRoot root, String worker) {
    return new LeaseBeat(root.files() + "/_lease/fleet.workers", worker);
  }

  /**
   * Renews the lease.
   *
   * @param turn counts the holder's renewals
   */
  public void write(Configuration hadoop, long turn, Instant heldUntil) {
    Path file = file(turn % FILES);
    try (OutputStream out = files(hadoop).create(file, true)) {
      out.write((heldUntil + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot renew the lease in " + file, e);
    }
  }

  /** Until when the lease is held by its last renewal; long ago where there was none. */
  public Instant heldUntil(Configuration hadoop) {
    Instant latest = Instant.EPOCH;
    for (long each = 0; each < FILES; each++) {
      Instant until = read(hadoop, file(each));
      latest = until.isAfter(latest) ? until : latest;
    }
    return latest;
  }

  private Instant read(Configuration hadoop, Path file) {
    try (InputStream in = files(hadoop).open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.endsWith("\n") ? Instant.parse(text.strip()) : Instant.EPOCH;
    } catch (FileNotFoundException e) {
      return Instant.EPOCH;
    } catch (IOException | DateTimeException e) {
      LOG.warn("the renewal of a lease in {} cannot be read", file, e);
      return Instant.EPOCH;
    }
  }

  /** Removes the holder's files. */
  public void remove(Configuration hadoop) {
    for (long each = 0; each < FILES; each++) {
      try {
        files(hadoop).delete(file(each), false);
      } catch (IOException e) {
        LOG.warn("{} is of no use any more but could not be removed", file(each), e);
      }
    }
  }

  private Path file(long which) {
    return new Path(folder, holder + "-" + which);
  }

  private FileSystem files(Configuration hadoop) throws IOException {
    return LedgerFiles.of(new Path(folder), hadoop);
  }
}
