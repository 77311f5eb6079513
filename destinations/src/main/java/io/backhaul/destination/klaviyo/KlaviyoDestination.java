/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Klaviyo. Profiles are imported by a job, which tells of those that failed; deletions, events and
 * list memberships are calls of their own. An event may be sent again, because Klaviyo records one
 * {@code unique_id} once; that is what the idempotency declared here rests on.
 *
 * <p>Deleting is a request under privacy law: Klaviyo removes the profile and its events for good,
 * some time later.
 */
final class KlaviyoDestination implements Destination {

  private static final Duration POLL_AFTER = Duration.ofSeconds(2);

  /** Errors come by the hundred: more pages than the profiles of a job fill are none. */
  private static final int MOST_PAGES = 1_000;

  private static final Pattern CURSOR = Pattern.compile("page(?:\\[|%5B)cursor(?:]|%5D)=([^&#]+)");

  private final KlaviyoConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;

  KlaviyoDestination(KlaviyoConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.capabilities =
        new Capabilities(
            EnumSet.of(Op.UPSERT, Op.INSERT, Op.DELETE),
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            true,
            Set.copyOf(KlaviyoProfile.IDENTIFIERS));
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /**
   * Klaviyo's own attributes; it describes no properties and takes any, so that the schema is open.
   */
  @Override
  public ObjectSchema describe(String name) {
    KlaviyoObject object = KlaviyoObject.of(name);
    if (object.kind() != KlaviyoObject.Kind.PROFILES) {
      return ObjectSchema.open(name);
    }
    Set<String> names = new HashSet<>(KlaviyoProfile.ATTRIBUTES);
    KlaviyoProfile.LOCATION.forEach(part -> names.add("location." + part));
    List<ObjectSchema.Field> fields =
        names.stream()
            .sorted()
            .map(field -> new ObjectSchema.Field(field, "standard", false, true, 0, List.of()))
            .toList();
    return new ObjectSchema(name, false, fields, Set.copyOf(KlaviyoProfile.IDENTIFIERS));
  }

  /** Asks for the account that the key belongs to. */
  @Override
  public Probe probe() {
    HttpAnswer answer = send(KlaviyoRequest.get(config.http(), "/api/accounts"), Set::of);
    JsonNode account = JsonBody.object(answer).path("data").path(0);
    if (!account.isObject()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names no account: is url Klaviyo's address?");
    }
    String name =
        account
            .path("attributes")
            .path("contact_information")
            .path("organization_name")
            .asText(account.path("id").asText(null));
    return new Probe("GET /api/accounts", name, answer.ahead(context.clock()));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    KlaviyoObject object = KlaviyoObject.of(batch.object());
    object.admit(batch.op());
    KlaviyoRequest request = new KlaviyoRequest(config.http(), batch, object);
    return switch (object.kind()) {
      case EVENTS -> series(batch, request, request.events(), this::accepted);
      case LISTS -> series(batch, request, request.memberships(), this::listed);
      case PROFILES ->
          batch.op() == Op.DELETE
              ? series(batch, request, request.deletions(), this::deleted)
              : profiles(batch, request);
    };
  }

  private Delivery series(
      Batch batch,
      KlaviyoRequest request,
      List<CallSeries.Part> parts,
      CallSeries.Exchange exchange) {
    return CallSeries.of(batch, request.refused(), parts, true, exchange);
  }

  private Delivery profiles(Batch batch, KlaviyoRequest request) {
    List<KlaviyoProfile> sent = request.profiles();
    if (sent.isEmpty()) {
      return Delivery.Settled.of(batch, request.refused(), 0, RateHint.NONE);
    }
    if (!config.api().bulk(sent.size())) {
      return series(batch, request, request.imports(sent), this::imported);
    }
    HttpAnswer answer = send(request.importJob(sent), () -> JsonBody.values(batch));
    JsonNode data = JsonBody.object(answer).path("data");
    List<RecordResult> results = new ArrayList<>(request.refused());
    if (data.isArray()) {
      results.addAll(KlaviyoJob.failures(batch, sent, errors(data, answer)));
    } else if (data.path("type").asText("").equals("profile") && sent.size() == 1) {
      results.add(applied(sent.get(0).change(), data.path("id").asText(null)));
    } else {
      KlaviyoJob job = KlaviyoJob.of(data, answer.status());
      if (!job.ended() || job.failed() > 0) {
        return new Delivery.Pending(
            new JobHandle(batch.id(), job.id()), job.ended() ? Duration.ZERO : POLL_AFTER);
      }
      results.addAll(job.results(batch, sent, List.of()));
    }
    return Delivery.Settled.of(batch, results, answer.status(), pace(answer));
  }

  @Override
  public Delivery resume(JobHandle handle, Batch batch) {
    KlaviyoRequest request =
        new KlaviyoRequest(config.http(), batch, KlaviyoObject.of(batch.object()));
    List<KlaviyoProfile> sent = request.profiles();
    String path = "/api/profile-bulk-import-jobs/" + handle.value();
    HttpAnswer answer = asked(path, batch);
    KlaviyoJob job = KlaviyoJob.of(JsonBody.object(answer).path("data"), answer.status());
    if (!job.ended()) {
      return new Delivery.Pending(handle, POLL_AFTER);
    }
    List<JsonNode> errors = job.failed() > 0 ? allErrors(path, batch) : List.of();
    List<RecordResult> results = new ArrayList<>(request.refused());
    results.addAll(job.results(batch, sent, errors));
    return Delivery.Settled.of(batch, results, answer.status(), pace(answer));
  }

  /**
   * All pages of a job's errors. Only the cursor is taken from the link to the next one: where we
   * go is not for an answer to say.
   */
  private List<JsonNode> allErrors(String path, Batch batch) {
    List<JsonNode> errors = new ArrayList<>();
    String first = path + "/import-errors?page%5Bsize%5D=100";
    String page = first;
    for (int n = 0; n < MOST_PAGES; n++) {
      HttpAnswer answer = asked(page, batch);
      JsonNode body = JsonBody.object(answer);
      errors.addAll(errors(body.path("data"), answer));
      Matcher next = CURSOR.matcher(body.path("links").path("next").asText(""));
      if (!next.find()) {
        return errors;
      }
      page = first + "&page%5Bcursor%5D=" + next.group(1);
    }
    throw DestinationException.contradictory(200, "the import errors of " + batch + " have no end");
  }

  private static List<JsonNode> errors(JsonNode data, HttpAnswer answer) {
    List<JsonNode> errors = new ArrayList<>();
    for (JsonNode error : data) {
      if (!error.path("type").asText("").equals("import-error")) {
        throw DestinationException.contradictory(
            answer.status(), "the answer lists something else than errors of an import");
      }
      errors.add(error);
    }
    if (!data.isArray()) {
      throw DestinationException.contradictory(answer.status(), "the answer lists no errors");
    }
    return errors;
  }

  /** What the job has come to; that it cannot be found is not for the records to answer for. */
  private HttpAnswer asked(String path, Batch batch) {
    HttpAnswer answer = transport.send(KlaviyoRequest.get(config.http(), path));
    if (answer.status() == 404) {
      throw DestinationException.contradictory(404, "Klaviyo no longer knows the job of " + batch);
    }
    try {
      check(answer, () -> JsonBody.values(batch));
    } catch (DestinationException e) {
      throw e.kind() == DestinationException.Kind.POISONED
          ? DestinationException.contradictory(answer.status(), e.getMessage())
          : e;
    }
    return answer;
  }

  private CallSeries.Read imported(CallSeries.Part part) {
    HttpAnswer answer = send(part.call(), () -> values(part));
    JsonNode profile = JsonBody.object(answer).path("data");
    if (!profile.path("type").asText("").equals("profile") || !profile.hasNonNull("id")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no profile: is url Klaviyo's address?");
    }
    return read(answer, List.of(applied(part.changes().get(0), profile.path("id").asText())));
  }

  /** 202: taken, and worked on later. */
  private CallSeries.Read accepted(CallSeries.Part part) {
    HttpAnswer answer = send(part.call(), () -> values(part));
    return taken(answer, List.of(applied(part.changes().get(0), null)));
  }

  /** A profile that is gone already is as it should be. */
  private CallSeries.Read deleted(CallSeries.Part part) {
    Change change = part.changes().get(0);
    List<RecordResult> done = List.of(applied(change, change.destinationId()));
    HttpAnswer answer = transport.send(part.call());
    if (KlaviyoErrors.gone(answer)) {
      return read(answer, done);
    }
    check(answer, () -> values(part));
    return taken(answer, done);
  }

  private CallSeries.Read listed(CallSeries.Part part) {
    HttpAnswer answer = send(part.call(), () -> values(part));
    List<RecordResult> results = new ArrayList<>();
    for (Change change : part.changes()) {
      results.add(applied(change, KlaviyoRequest.memberId(change).orElse(null)));
    }
    return taken(answer, results);
  }

  /** What succeeds without a word answers 202 or 204; anything else did not come from Klaviyo. */
  private CallSeries.Read taken(HttpAnswer answer, List<RecordResult> results) {
    if (answer.status() != 202 && answer.status() != 204) {
      throw DestinationException.contradictory(
          answer.status(), "Klaviyo does not answer this with " + answer.status());
    }
    return read(answer, results);
  }

  private CallSeries.Read read(HttpAnswer answer, List<RecordResult> results) {
    return new CallSeries.Read(results, answer.status(), pace(answer));
  }

  private static RecordResult applied(Change change, String id) {
    return new RecordResult.Applied(change.key(), id);
  }

  private RateHint pace(HttpAnswer answer) {
    return KlaviyoErrors.pace(answer, context.clock());
  }

  private static Set<String> values(CallSeries.Part part) {
    Change first = part.changes().get(0);
    return JsonBody.values(new Batch("", "", first.op(), part.changes()));
  }

  private HttpAnswer send(HttpCall call, Supplier<Set<String>> values) {
    HttpAnswer answer = transport.send(call);
    check(answer, values);
    return answer;
  }

  private void check(HttpAnswer answer, Supplier<Set<String>> values) {
    KlaviyoErrors.check(answer, context.clock(), () -> transport.redactor(values.get()));
  }

  @Override
  public void close() {
    transport.close();
  }
}
