/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.deadletter.DeadLetterBox;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters are meant; what is left out is left open. */
final class LetterFilter {

  @Parameters(
      arity = "0..1",
      paramLabel = "SYNC",
      description = "Letters of this sync: tenant/name, or name.")
  private String sync;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Letters of this tenant.")
  private String tenant;

  @Option(names = "--id", paramLabel = "LETTER", description = "This letter alone.")
  private String letterId;

  @Option(
      names = "--code",
      paramLabel = "CODE",
      description = "Letters with this rule or error code.")
  private String code;

  @Option(
      names = "--field",
      paramLabel = "FIELD",
      description = "Letters with this field at fault.")
  private String field;

  DeadLetterBox.Filter filter() {
    SyncName name = SyncName.of(sync);
    return new DeadLetterBox.Filter(
        name.tenant() == null ? tenant : name.tenant(), name.sync(), letterId, code, field);
  }

  boolean isOpen() {
    return sync == null && tenant == null && letterId == null && code == null && field == null;
  }
}
