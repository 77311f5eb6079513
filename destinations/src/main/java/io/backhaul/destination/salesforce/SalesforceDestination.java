/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
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
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.Transport;
import io.backhaul.destination.salesforce.Calls.Call;
import io.backhaul.destination.salesforce.Rows.Row;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Salesforce's objects. A batch is carried by calls of sObject Collections, 200 records each, or by
 * one Bulk API 2.0 job, see {@link SalesforceConfig#bulk}. Deleting moves a record to the recycle
 * bin.
 *
 * <p>Records are found by an external id; updates and deletes go by Salesforce's own id where the
 * state knows it. Where it does not, they go by external id and never by a job, which could not do
 * so without creating records.
 */
final class SalesforceDestination implements Destination {

  private static final Pattern OBJECT = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,79}");

  /** {@code Sforce-Limit-Info: api-usage=10018/100000}. */
  private static final Pattern USAGE = Pattern.compile("api-usage=([0-9]{1,12})/([0-9]{1,12})");

  private final SalesforceConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;

  SalesforceDestination(SalesforceConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport =
        Transport.open(config.http(), context, secrets, SalesforceErrors::sessionEnded);
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.maxRecords(),
            config.maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            false,
            config.allExternalIds());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /**
   * Asks for the object's fields and those of its parents ({@code GET
   * /sobjects/{object}/describe}). Where a parent may not be seen or there are too many, fields
   * that are not listed may exist.
   */
  @Override
  public ObjectSchema describe(String object) {
    JsonNode description = JsonBody.object(send(description(object), Set::of));
    return SalesforceSchema.of(object, description, this::parent);
  }

  private Optional<JsonNode> parent(String object) {
    HttpAnswer answer = transport.send(description(object));
    return answer.status() == 200 ? JsonBody.tree(answer) : Optional.empty();
  }

  private HttpCall description(String object) {
    return HttpCall.get(config.at("/sobjects/" + checked(object) + "/describe"));
  }

  /** Asks how much of the org's allowances is left. */
  @Override
  public Probe probe() {
    HttpAnswer answer = send(HttpCall.get(config.at("/limits")), Set::of);
    JsonBody.object(answer);
    return new Probe("GET " + config.path("/limits"), null, answer.ahead(context.clock()));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    checked(batch.object());
    Rows rows = Rows.of(batch, config);
    boolean found =
        batch.op() == Op.UPSERT || batch.op() == Op.INSERT || rows.identified(false).isEmpty();
    return found && config.bulk(batch.size())
        ? job(batch, rows).open()
        : inTurn(batch, rows, Calls.of(config, batch, rows));
  }

  @Override
  public Delivery resume(JobHandle handle, Batch batch) {
    return job(batch, Rows.of(batch, config)).resume(handle);
  }

  private BulkJob job(Batch batch, Rows rows) {
    Supplier<Set<String>> values = () -> JsonBody.values(batch);
    return new BulkJob(config, call -> send(call, values), batch, rows);
  }

  /**
   * Makes one call after the other. If one fails after others succeeded, its records and those
   * after it are to be sent again, which tells of the failure anew; only what is in doubt and must
   * not be repeated is unknown.
   */
  private Delivery inTurn(Batch batch, Rows rows, List<Call> calls) {
    List<RecordResult> results = new ArrayList<>(rows.refused());
    RateHint hint = RateHint.NONE;
    int status = 0; // until a call has succeeded
    String failed = null;
    for (Call call : calls) {
      if (failed != null) {
        results.addAll(again(call, failed));
        continue;
      }
      try {
        HttpAnswer answer = send(call.request(), () -> JsonBody.values(batch));
        results.addAll(CallAnswer.read(call, answer));
        status = answer.status();
        hint = hint(answer);
      } catch (DestinationException e) {
        if (status == 0 || (!e.outcomeKnown() && batch.op().idempotent())) {
          throw e;
        }
        failed = e.code();
        hint = e.rateHint();
        results.addAll(e.outcomeKnown() ? again(call, failed) : unknown(call, e));
      }
    }
    return Delivery.Settled.of(batch, results, status, hint);
  }

  private static List<RecordResult> again(Call call, String code) {
    return call.rows().stream()
        .<RecordResult>map(row -> new RecordResult.Retry(row.key(), code))
        .toList();
  }

  private static List<RecordResult> unknown(Call call, DestinationException e) {
    return call.rows().stream()
        .map(Row::key)
        .<RecordResult>map(key -> new RecordResult.Unknown(key, e.getMessage()))
        .toList();
  }

  @Override
  public void close() {
    transport.close();
  }

  /** The answer, if it is 2xx. */
  private HttpAnswer send(HttpCall call, Supplier<Set<String>> values) {
    HttpAnswer answer = transport.send(call);
    if (answer.status() / 100 != 2) {
      Redactor redactor = transport.redactor(values.get());
      boolean renewable = context.wire().isPresent(); // no token was asked for
      throw SalesforceErrors.failure(answer, context.clock(), redactor, renewable);
    }
    return answer;
  }

  /** A pause if this was the last call of the day's allowance. */
  private static RateHint hint(HttpAnswer answer) {
    Matcher usage = USAGE.matcher(answer.header("Sforce-Limit-Info").orElse(""));
    boolean spent =
        usage.find() && Long.parseLong(usage.group(1)) >= Long.parseLong(usage.group(2));
    return spent ? new RateHint(SalesforceErrors.DAY_SPENT) : RateHint.NONE;
  }

  private static String checked(String object) {
    if (!OBJECT.matcher(object).matches()) {
      throw DestinationException.refused(
          "OBJECT_UNKNOWN", 0, "'" + object + "' is no object of Salesforce, as Account is");
    }
    return object;
  }
}
