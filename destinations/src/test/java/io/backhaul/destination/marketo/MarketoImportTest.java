/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import static io.backhaul.destination.marketo.MarketoBench.batch;
import static io.backhaul.destination.marketo.MarketoBench.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People as a file, and its end. */
class MarketoImportTest {

  private static final String BULK = "{\"api\":\"bulk\",\"partition\":\"E U\"}";

  private static final Batch THREE =
      batch(
          "leads",
          change(
              Op.UPSERT,
              "{\"n\":1}",
              "{\"firstName\":\"A, \\\"B\\\"\",\"email\":\"a@example.com\"}",
              null),
          change(Op.UPSERT, "{\"n\":2}", "{\"email\":\"B@example.com\",\"age\":null}", "77"),
          change(
              Op.UPSERT,
              "{\"n\":3}",
              "{\"email\":\"c@example.com\",\"age\":1e2,\"firstName\":\"\"}",
              null));

  private static final JobHandle JOB = new JobHandle("b1", "3404");

  private static String job(String status, String more) {
    return "{\"success\":true,\"result\":[{\"batchId\":3404,\"importId\":\"3404\",\"status\":\""
        + status
        + "\""
        + more
        + "}]}";
  }

  private static String counts(int imported, int failed, int warned) {
    return ",\"numOfLeadsProcessed\":"
        + imported
        + ",\"numOfRowsFailed\":"
        + failed
        + ",\"numOfRowsWithWarning\":"
        + warned
        + ",\"message\":\"words\"";
  }

  private static List<RecordResult> resumed(MarketoBench bench) {
    return ((Delivery.Settled) bench.destination().resume(JOB, THREE)).results();
  }

  private static DestinationException failure(MarketoBench bench) {
    return catchThrowableOfType(
        DestinationException.class, () -> bench.destination().resume(JOB, THREE));
  }

  @Test
  void theFileHoldsTheLookupFieldFirstAndSaysNullAndNothing() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Queued", ""));
      Delivery.Pending pending = (Delivery.Pending) bench.destination().write(THREE);

      assertThat(pending.job()).isEqualTo(JOB);
      assertThat(pending.pollAfter()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
      assertThat(bench.call(0))
          .isEqualTo("POST /bulk/v1/leads.json?format=csv&lookupField=email&partitionName=E+U");
      String type = bench.requests.get(0).headers().get("Content-Type");
      assertThat(type).startsWith("multipart/form-data; boundary=");
      String boundary = type.substring(type.indexOf('=') + 1);
      assertThat(bench.text(0))
          .isEqualTo(
              "--"
                  + boundary
                  + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"leads.csv\"\r\n"
                  + "Content-Type: text/csv\r\n\r\n"
                  + "email,firstName,age\r\n"
                  + "a@example.com,\"A, \"\"B\"\"\",\r\n"
                  + "B@example.com,,null\r\n"
                  + "c@example.com,null,100\r\n"
                  + "\r\n--"
                  + boundary
                  + "--\r\n");
    }
  }

  @Test
  void aJobIsAskedAfterUntilItIsDone() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Queued", ""), job("Importing", ""), job("Complete", counts(3, 0, 0)));
      assertThat(bench.destination().resume(JOB, THREE)).isInstanceOf(Delivery.Pending.class);
      assertThat(bench.destination().resume(JOB, THREE)).isInstanceOf(Delivery.Pending.class);
      assertThat(resumed(bench))
          .containsExactly(
              new RecordResult.Applied("{\"n\":1}", null),
              new RecordResult.Applied("{\"n\":2}", "77"),
              new RecordResult.Applied("{\"n\":3}", null));
      assertThat(bench.call(2)).isEqualTo("GET /bulk/v1/leads/batch/3404.json");
    }
  }

  @Test
  void aJobThatIsDoneAtOnceIsRead() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Complete", counts(3, 0, 0)));
      assertThat(bench.destination().write(THREE)).isInstanceOf(Delivery.Settled.class);
    }
  }

  /** The reason moves into the column of a value that is missing at the end of the row. */
  @Test
  void failuresAndWarningsAreMatchedByTheLookupValue() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(
          job("Complete", counts(2, 1, 1)),
          """
          email,firstName,age,Import Failure Reason
          b@example.com,Value for field 'age' is bad
          """,
          """
          \ufeffemail,firstName,age,Import Warning Reason
          "c@example.com",null,100,"Odd, so"
          """);
      assertThat(resumed(bench))
          .containsExactly(
              new RecordResult.Applied("{\"n\":1}", null),
              new RecordResult.Rejected(
                  "{\"n\":2}", "IMPORT_FAILED", "age", "Value for field 'age' is bad"),
              new RecordResult.Rejected("{\"n\":3}", "IMPORT_WARNING", null, "Odd, so"));
      assertThat(bench.call(1)).isEqualTo("GET /bulk/v1/leads/batch/3404/failures.json");
      assertThat(bench.call(2)).isEqualTo("GET /bulk/v1/leads/batch/3404/warnings.json");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "email,firstName,age,Import Failure Reason\nstranger@example.com,x,1,bad\n",
        "email,firstName,age,Import Failure Reason\n",
        ""
      })
  void aReportThatDoesNotAddUpLeavesWhatItDoesNotNameUnknown(String failures) {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Complete", counts(2, 1, 0)), failures);
      assertThat(resumed(bench)).hasSize(3).allMatch(RecordResult.Unknown.class::isInstance);
    }
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Complete", counts(2, 0, 0)));
      assertThat(resumed(bench)).allMatch(RecordResult.Unknown.class::isInstance);
    }
  }

  @Test
  void aFailedImportIsARefusalOnlyIfItImportedNothing() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Failed", counts(0, 0, 0)));
      DestinationException failure = failure(bench);
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure).hasMessageContaining("words");
    }
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Failed", counts(1, 0, 0)));
      assertThat(resumed(bench)).allMatch(RecordResult.Unknown.class::isInstance);
    }
  }

  @Test
  void anImportThatCannotBeAskedAboutMayHaveBeenDone() {
    String error = "{\"success\":false,\"errors\":[{\"code\":\"%s\",\"message\":\"x\"}]}";
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(error.formatted("610"), error.formatted("606"), "{\"success\":true}");
      assertThat(failure(bench).kind()).isEqualTo(Kind.CONTRADICTORY);
      assertThat(failure(bench).kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure(bench).kind()).isEqualTo(Kind.CONTRADICTORY);
      bench.answers(job("Complete", counts(2, 1, 0)), error.formatted("608"));
      assertThat(failure(bench).code()).isEqualTo("608");
    }
  }

  @Test
  void aFullQueueIsWaitedFor() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(
          "{\"success\":false,\"errors\":[{\"code\":\"1016\",\"message\":\"Too many imports\"}]}");
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, () -> bench.destination().write(THREE));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.rateHint().pause()).hasSeconds(30);
    }
  }

  @Test
  void aTextThatAFileCannotSayIsRejectedAndUpdatesGoById() {
    try (MarketoBench bench = new MarketoBench(BULK)) {
      bench.answers(job("Complete", counts(1, 0, 0)));
      Delivery.Settled settled =
          (Delivery.Settled)
              bench
                  .destination()
                  .write(
                      batch(
                          "leads",
                          change(Op.UPDATE, "{\"n\":1}", "{\"lastName\":\"Null\"}", "7"),
                          change(Op.UPDATE, "{\"n\":2}", "{\"lastName\":\"Bull\"}", "8")));
      assertThat(((RecordResult.Rejected) settled.results().get(0)).code()).isEqualTo("NULL_TEXT");
      assertThat(settled.results().get(1)).isEqualTo(new RecordResult.Applied("{\"n\":2}", "8"));
      assertThat(bench.call(0)).contains("lookupField=id");
      assertThat(bench.text(0)).contains("id,lastName\r\n8,Bull\r\n");
    }
  }
}
