/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.SpecException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A field that the destination does not have ends a run before anything is planned or sent. */
class FieldCheckTest {

  private static final String FIELDS =
      "objects: {contacts: {fields: {email: {}, fullname: {max_length: 80}, origin: {}}}}";

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(50);
    bed.sync("mode: upsert");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Tag("fault-40")
  @Test
  void aFieldThatIsNotThereIsNamedWithItsLineAndTheNearestName() {
    bed.destination(bed.sandbox().url() + "/api", FIELDS);

    assertThatThrownBy(bed::run)
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("contacts.yaml:8")
        .hasMessageContaining("contacts has no field full_name")
        .hasMessageContaining("did you mean \"fullname\"");
    assertThat(bed.sandbox().ledger().arrivals()).isZero();
    assertThat(bed.ledger().has(LedgerTable.RUNS)).isFalse();

    bed.destination(bed.sandbox().url() + "/api", FIELDS.replace("fullname", "full_name"));
    assertThat(bed.run().counts())
        .as("put right, nothing is in the way")
        .containsEntry("applied", 50L);
  }

  @Tag("fault-40")
  @Test
  void aFieldThatGoesAwayLaterIsNamedByTheNextRunThatHasSomethingToSend() {
    bed.destination(bed.sandbox().url() + "/api", FIELDS.replace("fullname", "full_name"));
    bed.run();
    bed.destination(bed.sandbox().url() + "/api", FIELDS);

    assertThat(bed.run().status())
        .as("nothing to send, nobody is asked")
        .isEqualTo(RunStatus.SUCCEEDED);
    bed.edit("UPDATE customers SET first_name = 'Other' WHERE customer_id = 1");
    assertThatThrownBy(bed::run).isInstanceOf(SpecException.class);
    bed.destination(bed.sandbox().url() + "/api", FIELDS.replace("fullname", "full_name"));
    assertThat(bed.run().counts()).as("nothing was lost").containsEntry("applied", 1L);
  }
}
