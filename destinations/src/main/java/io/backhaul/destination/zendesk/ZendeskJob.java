/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A background job as Zendesk tells of it. That it is completed does not mean that all of its
 * records are: each has a result of its own, and what names the record differs. A create names its
 * {@code index}; an update or a delete Zendesk's {@code id}; a create-or-update the {@code email}
 * or {@code external_id}, and one that failed its index under the name of {@code id} (community,
 * 2021; nowhere documented).
 *
 * @param status {@code queued}, {@code working}, {@code completed}, {@code failed}, and formerly
 *     {@code killed}
 * @param results as they are: a list, an object, or nothing
 */
record ZendeskJob(String id, String status, JsonNode results, int httpStatus) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

  /**
   * Reads an answer that must tell of a job.
   *
   * @throws DestinationException (contradictory) if it does not
   */
  static ZendeskJob of(HttpAnswer answer) {
    JsonNode job = JsonBody.object(answer).path("job_status");
    String id = job.path("id").asText("");
    String status = job.path("status").asText("").toLowerCase(Locale.ROOT);
    if (!ID.matcher(id).matches()
        || !List.of("queued", "working", "completed", "failed", "killed").contains(status)) {
      throw DestinationException.contradictory(
          answer.status(), "the answer tells of no job: is url Zendesk's address?");
    }
    return new ZendeskJob(id, status, job.path("results"), answer.status());
  }

  boolean ended() {
    return !status.equals("queued") && !status.equals("working");
  }

  /**
   * The results of the records it carried; one that it does not account for has none.
   *
   * @throws DestinationException (contradictory) if it names a record that was not sent, or one
   *     twice
   */
  List<RecordResult> results(Batch batch, List<ZendeskRecord> sent) {
    Reader reader = new Reader(batch, sent, httpStatus);
    if (results.isArray()) {
      reader.read(results);
    } else if (results.path("success").asBoolean(false)) {
      List.copyOf(reader.open.values()).forEach(one -> reader.settle(one, applied(one, one.id())));
    }
    if (!status.equals("completed") && batch.op().idempotent()) {
      // Nobody knows how far it came; what is done twice does no harm.
      reader
          .open
          .values()
          .forEach(one -> reader.done.add(new RecordResult.Retry(one.change().key(), "JobFailed")));
    }
    return reader.done;
  }

  private static RecordResult applied(ZendeskRecord sent, String id) {
    return new RecordResult.Applied(sent.change().key(), id);
  }

  /** Matches the results of one job to the records it carried. */
  private static final class Reader {

    private final Batch batch;
    private final List<ZendeskRecord> sent;
    private final int httpStatus;
    private final Map<String, ZendeskRecord> open = new LinkedHashMap<>();
    private final Map<String, ZendeskRecord> byMark = new HashMap<>();
    private final List<RecordResult> done = new ArrayList<>();

    Reader(Batch batch, List<ZendeskRecord> sent, int httpStatus) {
      this.batch = batch;
      this.sent = sent;
      this.httpStatus = httpStatus;
      for (ZendeskRecord one : sent) {
        open.put(one.change().key(), one);
        one.marks().forEach(mark -> byMark.putIfAbsent(mark, one));
      }
    }

    void read(JsonNode results) {
      List<JsonNode> nameless = new ArrayList<>();
      for (JsonNode result : results) {
        ZendeskRecord record = match(result);
        if (record == null) {
          nameless.add(result);
        } else {
          settle(record, result(record, result));
        }
      }
      nameless(nameless);
    }

    /**
     * Who is left can only be one of these: if all of them succeeded, so did they, and of one alone
     * the id is known as well.
     */
    private void nameless(List<JsonNode> results) {
      if (results.size() > open.size()) {
        throw contradictory("the job's results name a record that is not in ");
      }
      boolean alone = open.size() == 1;
      boolean told = results.size() == open.size() && !results.isEmpty();
      if (told && (alone || results.stream().noneMatch(Reader::failed))) {
        for (ZendeskRecord one : List.copyOf(open.values())) {
          settle(one, alone ? result(one, results.get(0)) : applied(one, null));
        }
      }
    }

    private RecordResult result(ZendeskRecord record, JsonNode result) {
      if (failed(result)) {
        return ZendeskErrors.result(record, result, batch.op() == Op.DELETE);
      }
      String id = text(result, "id");
      return applied(record, id == null ? record.id() : id);
    }

    private static boolean failed(JsonNode result) {
      return result.hasNonNull("error")
          || result.hasNonNull("errors")
          || result.path("status").asText("").equalsIgnoreCase("failed")
          || (result.has("success") && !result.path("success").asBoolean());
    }

    /** The record that a result is about; {@code null} if it names none. */
    private ZendeskRecord match(JsonNode result) {
      if (result.path("index").isIntegralNumber()) {
        return at(result.path("index").asInt(), true);
      }
      String email = text(result, "email");
      String externalId = text(result, "external_id");
      String id = text(result, "id");
      ZendeskRecord record = externalId == null ? null : byMark.get("external_id " + externalId);
      if (record == null && email != null) {
        record = byMark.get("email " + email.toLowerCase(Locale.ROOT));
      }
      if (record == null && id != null) {
        record = byMark.get("id " + id);
      }
      if (record != null) {
        return record;
      }
      if (failed(result) && batch.op() == Op.UPSERT && result.path("id").isIntegralNumber()) {
        return at(result.path("id").asInt(), false);
      }
      // An address in the answer may be an older one of a user that was found by our id.
      boolean byAddress = email != null && sent.stream().allMatch(one -> one.externalId() == null);
      boolean knowsIds = sent.stream().allMatch(one -> one.id() != null);
      if (externalId != null || byAddress || (knowsIds && id != null)) {
        throw contradictory("the job's results name a record that is not in ");
      }
      return null;
    }

    private ZendeskRecord at(int index, boolean must) {
      if (index >= 0 && index < sent.size()) {
        return sent.get(index);
      }
      if (must) {
        throw contradictory("the job's results name a record that is not in ");
      }
      return null;
    }

    private void settle(ZendeskRecord record, RecordResult result) {
      if (open.remove(record.change().key()) == null) {
        throw contradictory("the job's results name one record twice in ");
      }
      done.add(result);
    }

    private DestinationException contradictory(String what) {
      return DestinationException.contradictory(httpStatus, what + batch);
    }

    private static String text(JsonNode result, String name) {
      return result.hasNonNull(name) && result.get(name).isValueNode()
          ? result.get(name).asText()
          : null;
    }
  }
}
