/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import static io.backhaul.destination.database.Batches.batch;
import static io.backhaul.destination.database.Batches.change;
import static io.backhaul.destination.database.Batches.upsert;
import static io.backhaul.destination.database.Batches.write;
import static io.backhaul.destination.database.PostgresBed.execute;
import static io.backhaul.destination.database.PostgresBed.open;
import static io.backhaul.destination.database.PostgresBed.properties;
import static io.backhaul.destination.database.PostgresBed.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.Cable;
import io.backhaul.destination.testkit.Cable.Cut;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The connection dies at the worst moments. */
class PostgresFaultTest {

  /** As it is sent, and not as a part of another statement. */
  private static final String COMMIT = "COMMIT\u0000";

  private final Batch insert =
      batch("notes", change(Op.INSERT, "{\"id\":1}", "{\"text\":\"once\"}"));

  private Cable cable;
  private Destination destination;

  @BeforeEach
  void table() throws IOException {
    execute("DROP TABLE IF EXISTS notes", "CREATE TABLE notes (id int, text text)");
    cable = new Cable(PostgresBed.port());
    destination = open(properties(cable.port()));
  }

  @AfterEach
  void close() throws IOException {
    destination.close();
    cable.close();
  }

  private DestinationException failure(Batch batch) {
    return catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
  }

  @Tag("fault-1")
  @Test
  void whereNobodyListensNothingIsApplied() {
    try (Destination nobody = open(properties(1))) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, () -> nobody.write(insert));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.code()).isEqualTo("08001");
    }
  }

  @Tag("fault-2")
  @Test
  void aConnectionLostBeforeTheCommitAppliedNothing() {
    cable.cutAt("COPY", Cut.BEFORE, false);

    assertThat(failure(insert).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(rows("SELECT * FROM notes")).isEmpty();
    write(destination, insert);
    assertThat(rows("SELECT * FROM notes")).hasSize(1);
  }

  @Tag("fault-3")
  @Test
  void aCommitWhoseAnswerIsLostIsFoundOutAndNotRepeated() {
    cable.cutAt(COMMIT, Cut.AFTER, false);

    assertThat(write(destination, insert)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(rows("SELECT * FROM notes")).hasSize(1);
  }

  @Tag("fault-3")
  @Test
  void aCommitThatNeverArrivedIsFoundOutToo() {
    cable.cutAt(COMMIT, Cut.BEFORE, false);

    DestinationException failure = failure(insert);
    // The server may not have noticed yet that nobody is there any more; it then cannot say.
    assertThat(failure.kind()).isIn(Kind.UNAVAILABLE, Kind.IN_DOUBT);
    assertThat(rows("SELECT * FROM notes")).isEmpty();
  }

  @Tag("fault-3")
  @Tag("twin-3")
  @Test
  void aCommitThatNobodyCanBeAskedAboutIsInDoubt() {
    cable.cutAt(COMMIT, Cut.AFTER, true);
    assertThat(failure(insert).kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(rows("SELECT * FROM notes")).hasSize(1);

    cable.mend();
    write(destination, insert);
    assertThat(rows("SELECT * FROM notes")).as("what a blind repetition would do").hasSize(2);
  }

  @Tag("fault-19")
  @Test
  void connectionsThatTheServerClosedMeanwhileApplyNothingAndAreReplaced() {
    write(destination, insert);
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'backhaul'");

    DestinationException failure = failure(insert);
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.outcomeKnown()).isTrue();
    write(destination, insert);
    assertThat(rows("SELECT * FROM notes")).hasSize(2);
  }

  @Test
  void aConstraintThatIsOnlyCheckedByTheCommitPoisons() {
    execute(
        "DROP TABLE IF EXISTS child, parent",
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (id int PRIMARY KEY,"
            + " parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");

    DestinationException failure = failure(batch("child", upsert(1, "{\"parent\":7}")));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("23503");
    execute("INSERT INTO parent VALUES (7)");
    write(destination, batch("child", upsert(1, "{\"parent\":7}")));
  }
}
