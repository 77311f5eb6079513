/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import io.backhaul.diff.platform.Sequences;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.VersionChecksum;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.SetTransaction;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;

/** What commits did, without a Spark job as far as a log allows it. */
final class LogActions {

  private LogActions() {}

  /** The newest version that an application committed under, as of one version of the table. */
  static OptionalLong transaction(Snapshot snapshot, String appId) {
    Option<VersionChecksum> checksum = snapshot.checksumOpt();
    Option<? extends Seq<SetTransaction>> known =
        checksum.isDefined() ? checksum.get().setTransactions() : Option.empty();
    Iterator<SetTransaction> all =
        (known.isDefined() ? known.get() : snapshot.setTransactions()).iterator();
    while (all.hasNext()) {
      SetTransaction transaction = all.next();
      if (transaction.appId().equals(appId)) {
        return OptionalLong.of(transaction.version());
      }
    }
    return OptionalLong.empty();
  }

  /** Whether an application committed anything after a version; no Spark job in any case. */
  static boolean committedSince(Snapshot snapshot, long version, String appId) {
    return firstSince(
            snapshot,
            version,
            action ->
                action instanceof SetTransaction transaction && transaction.appId().equals(appId))
        .isPresent();
  }

  /** The first commit after {@code version} that has such an action. */
  static OptionalLong firstSince(Snapshot snapshot, long version, Predicate<Action> such) {
    var commits = snapshot.deltaLog().getChanges(version + 1, false);
    while (commits.hasNext()) {
      var commit = commits.next();
      if (Sequences.<Action>list(commit._2()).stream().anyMatch(such)) {
        return OptionalLong.of((Long) commit._1());
      }
    }
    return OptionalLong.empty();
  }

  /** Whether the log has each commit after {@code version}, and none of them such an action. */
  static boolean noneSince(Snapshot snapshot, long version, Predicate<Action> such) {
    if (snapshot.version() <= version) {
      return snapshot.version() == version; // or else it is another table
    }
    long next = version + 1;
    var commits = snapshot.deltaLog().getChanges(next, false);
    while (commits.hasNext()) {
      var commit = commits.next();
      if ((Long) commit._1() != next++
          || Sequences.<Action>list(commit._2()).stream().anyMatch(such)) {
        return false;
      }
    }
    return next > snapshot.version();
  }
}
