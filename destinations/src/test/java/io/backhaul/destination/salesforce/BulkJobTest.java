/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import static io.backhaul.destination.salesforce.ScriptedOrg.batch;
import static io.backhaul.destination.salesforce.ScriptedOrg.change;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BulkJobTest {

  private static final String BULK = "{\"api\":\"bulk\"}";
  private static final JobHandle JOB = new JobHandle("batch", "750J");

  private final ScriptedOrg org = new ScriptedOrg();
  private final Map<String, String> lists = new HashMap<>();

  @AfterEach
  void stop() {
    org.close();
  }

  /** A job in a state, with the lists of its results. */
  private Destination with(String state, String errorMessage) {
    org.answering(
        request -> {
          String list =
              request.path().replaceFirst("/services/data/v66.0/jobs/ingest(/750J)?/?", "");
          return list.isEmpty() && !request.method().equals("PUT")
              ? WireReply.of(200, job(state, errorMessage))
              : WireReply.of(
                  request.method().equals("PUT") ? 201 : 200, lists.getOrDefault(list, ""));
        });
    return org.open(BULK);
  }

  private static String job(String state, String errorMessage) {
    return "{\"id\":\"750J\",\"state\":\""
        + state
        + "\",\"errorMessage\":\""
        + errorMessage
        + "\"}";
  }

  private static List<RecordResult> results(Delivery delivery) {
    return ((Delivery.Settled) delivery).results();
  }

  private String uploaded() {
    return org.requests.stream()
        .filter(request -> request.method().equals("PUT"))
        .findFirst()
        .map(WireRequest::text)
        .orElseThrow();
  }

  @Tag("fault-21")
  @Test
  void aJobIsFilledFirstAndRunsOnlyWhenItsHandleIsKnown() {
    Destination destination = with("Open", "");
    Batch batch = batch(Op.UPSERT, 2);

    assertThat(destination.write(batch)).isEqualTo(new Delivery.Pending(JOB, Duration.ZERO));
    assertThat(org.requests).noneMatch(request -> request.method().equals("PATCH"));
    assertThat(org.body(0).toString())
        .isEqualTo(
            "{\"object\":\"Contact\",\"externalIdFieldName\":\"Ext__c\",\"contentType\":\"CSV\","
                + "\"operation\":\"upsert\",\"lineEnding\":\"LF\"}");

    assertThat(destination.resume(JOB, batch))
        .isEqualTo(new Delivery.Pending(JOB, Duration.ofSeconds(2)));
    assertThat(org.requests.get(3).text()).isEqualTo("{\"state\":\"UploadComplete\"}");
  }

  @Tag("fault-20")
  @Test
  void anAnswerThatIsLostBeforeLeavesAJobThatNeverRuns() {
    org.answering(
        request ->
            WireReply.of(200, job("Open", ""))
                .travelling(
                    request.method().equals("PUT") ? Manner.RESET : Manner.WHOLE, Duration.ZERO));
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> org.open(BULK).write(batch(Op.INSERT, 2)));

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(org.requests).noneMatch(request -> request.method().equals("PATCH"));
  }

  @Test
  void cellsAreWrittenAsSalesforceReadsThem() {
    Destination destination = with("Open", "");
    destination.write(
        batch(
            change(
                Op.UPSERT,
                1,
                "{\"LastName\":\"a, \\\"b\\\"\\n"
                    + " c\",\"n\":9007199254740993,\"d\":1E+3,\"flag\":true,"
                    + "\"tags\":[\"x\",\"y\"],\"at\":\"2026-03-01T11:00:00.123456Z\",\"Account.Ext__c\":\"p\"}",
                null),
            change(Op.UPSERT, 2, "{\"LastName\":\"\",\"n\":null,\"Account.Ext__c\":null}", null),
            change(Op.UPSERT, 3, "{\"LastName\":\"#N/A\"}", null)));

    assertThat(uploaded())
        .isEqualTo(
            """
            LastName,n,d,flag,tags,at,Account.Ext__c,Ext__c,AccountId
            "a, ""b""
             c",9007199254740993,1000,true,x;y,2026-03-01T11:00:00.123Z,p,e1,
            #N/A,#N/A,,,,,,e2,#N/A
            """);
    List<RecordResult> results =
        results(
            with("JobComplete", "")
                .resume(JOB, batch(change(Op.UPSERT, 3, "{\"LastName\":\"#N/A\"}", null))));
    assertThat(((RecordResult.Rejected) results.get(0)).code()).isEqualTo("TEXT_MEANS_NULL");
  }

  @Tag("fault-22")
  @Test
  void aJobThatFailedGivesEveryRowItsOwnResult() {
    lists.put(
        "successfulResults/",
        "\"sf__Id\",\"sf__Created\",\"LastName\",\"Ext__c\"\n\"003A\",\"true\",\"n3\",\"e3\"\n");
    lists.put(
        "failedResults/",
        "\"sf__Id\",\"sf__Error\",\"LastName\",\"Ext__c\"\n"
            + "\"\",\"STRING_TOO_LONG:LastName: data value too large: n1 (max length=1):LastName"
            + " --\",\"n1\",\"e1\"\n"
            + "\"\",\"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--\",\"n2\",\"e2\"\n");
    lists.put("unprocessedrecords/", "\"LastName\",\"Ext__c\"\n\"n4\",\"e4\"\n");

    List<RecordResult> results =
        results(
            with("Failed", "TooManyLockFailure : Too many lock failures")
                .resume(JOB, batch(Op.UPSERT, 5)));

    assertThat(results.get(0))
        .isEqualTo(
            new RecordResult.Rejected(
                "{\"Ext__c\":\"e1\"}",
                "STRING_TOO_LONG",
                "LastName",
                "LastName: data value too large: n1 (max length=1)"));
    assertThat(results.get(1))
        .isEqualTo(new RecordResult.Retry("{\"Ext__c\":\"e2\"}", "UNABLE_TO_LOCK_ROW"));
    assertThat(results.get(2)).isEqualTo(new RecordResult.Applied("{\"Ext__c\":\"e3\"}", "003A"));
    assertThat(results.get(3))
        .isEqualTo(new RecordResult.Retry("{\"Ext__c\":\"e4\"}", "TooManyLockFailure"));
    assertThat(results.get(4)).isInstanceOf(RecordResult.Unknown.class);
  }

  @Test
  void rowsThatAJobDidNotComeToPassInAnotherUnlessItsColumnsAreWrong() {
    lists.put("unprocessedrecords/", "\"LastName\",\"Ext__c\"\n\"n1\",\"e1\"\n");
    Batch batch = batch(Op.UPSERT, 1);
    assertThat(results(with("Aborted", "").resume(JOB, batch)))
        .containsExactly(new RecordResult.Retry("{\"Ext__c\":\"e1\"}", "JOB_ABORTED"));
    assertThat(results(with("Failed", "").resume(JOB, batch)))
        .containsExactly(new RecordResult.Retry("{\"Ext__c\":\"e1\"}", "JOB_FAILED"));
    assertThat(
            results(
                with("Failed", "InvalidBatch : Field name not found : Foo__c").resume(JOB, batch)))
        .containsExactly(
            new RecordResult.Rejected(
                "{\"Ext__c\":\"e1\"}", "InvalidBatch", "Foo__c", "Field name not found : Foo__c"));
  }

  @Test
  void insertsAreKnownByAllTheyHoldAndDeletesByTheirId() {
    lists.put(
        "successfulResults/",
        """
        "sf__Id","sf__Created","B","A"
        "003Z","true","2","x, y"
        "003Y","true","","x, y"
        """);
    Batch inserts =
        new Batch(
            "batch",
            "Contact",
            Op.INSERT,
            List.of(
                new Change("{\"id\":1}", Op.INSERT, "{\"A\":\"x, y\"}", null, 1, ""),
                new Change("{\"id\":2}", Op.INSERT, "{\"A\":\"x, y\",\"B\":2}", null, 2, "")));
    assertThat(results(with("JobComplete", "").resume(JOB, inserts)))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "003Y"),
            new RecordResult.Applied("{\"id\":2}", "003Z"));

    lists.clear();
    lists.put(
        "failedResults/",
        """
        "sf__Id","sf__Error","Id"
        "","ENTITY_IS_DELETED:entity is deleted:--","003000000000001AAA"
        """);
    Destination destination = with("JobComplete", "");
    Batch deletes = batch(change(Op.DELETE, 1, null, "003000000000001AAA"));
    assertThat(results(destination.resume(JOB, deletes)))
        .containsExactly(new RecordResult.Applied("{\"Ext__c\":\"e1\"}", "003000000000001AAA"));
    with("Open", "").write(deletes);
    assertThat(uploaded()).isEqualTo("Id\n003000000000001AAA\n");
  }

  @Tag("fault-23")
  @Test
  void aJobThatVanishedIsNoSuccess() {
    org.answering(
        request ->
            WireReply.of(
                404,
                "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"The requested resource does not"
                    + " exist\"}]"));
    DestinationException failure =
        catchThrowableOfType(
            DestinationException.class, () -> org.open(BULK).resume(JOB, batch(Op.UPSERT, 1)));
    assertThat(failure.kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  @Test
  void theSizeOfABatchChoosesTheInterface() {
    org.answering(
        request ->
            request.path().contains("/jobs/")
                ? WireReply.of(200, job("Open", ""))
                : WireReply.of(403, "[{\"errorCode\":\"NO\",\"message\":\"no\"}]"));
    Destination auto = org.open("{}");
    assertThat(auto.capabilities().maxRecords()).isEqualTo(10_000);
    assertThat(auto.write(batch(Op.UPSERT, 2_001))).isInstanceOf(Delivery.Pending.class);
    org.requests.clear();
    assertThatThrownBy(() -> auto.write(batch(Op.UPSERT, 2_000)))
        .isInstanceOf(DestinationException.class);
    assertThat(org.call(0)).contains("/composite/sobjects/");
    org.requests.clear();
    // A job updates by Salesforce's id alone.
    assertThatThrownBy(() -> auto.write(batch(Op.UPDATE, 2_001)))
        .isInstanceOf(DestinationException.class);
    assertThat(org.call(0)).endsWith("/composite");
  }
}
