/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.Transport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HubSpot CRM objects, associations between them, and memberships in lists. Every record carries a
 * trace id, without which one invalid record fails its whole call; where HubSpot fails the whole
 * call all the same (400, 409) the batch is poisoned.
 *
 * <p>An update or a delete goes by HubSpot's own id where the state knows it. Deleting archives:
 * HubSpot keeps the record in its recycle bin for 90 days.
 */
final class HubSpotDestination implements Destination {

  /** {@code contacts}, {@code companies}, {@code deals}, or a custom object's type id, 2-123. */
  private static final Pattern OBJECT = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private static final Pattern ASSOCIATION =
      Pattern.compile("associations/" + OBJECT.pattern() + "/" + OBJECT.pattern());

  private static final Pattern LIST = Pattern.compile("lists/([0-9]{1,18})");

  private static final String DETAILS = "/account-info/v3/details";

  private final HubSpotConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;

  HubSpotDestination(HubSpotConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            false,
            config.identityFields());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** Asks for the account's details ({@code GET /account-info/v3/details}), which any token may. */
  @Override
  public Probe probe() {
    HttpAnswer answer = transport.send(HttpCall.get(config.http().at(DETAILS)));
    check(answer, Set::of);
    JsonNode account = JsonBody.object(answer);
    if (!account.has("portalId")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names no account: is url HubSpot's address?");
    }
    String name = account.get("portalId").asText() + " " + account.path("accountType").asText("");
    return new Probe("GET " + DETAILS, name.strip(), answer.ahead(context.clock()));
  }

  /**
   * Asks for the object's properties ({@code GET /crm/v3/properties/{object}}). The id property
   * counts as required: without it HubSpot cannot find the record.
   */
  @Override
  public ObjectSchema describe(String object) {
    if (ASSOCIATION.matcher(object).matches()) {
      return AssociationCall.schema(object);
    }
    if (LIST.matcher(object).matches()) {
      return ObjectSchema.open(object);
    }
    String idProperty = config.usualIdProperty(object).orElse("");
    HttpAnswer answer =
        transport.send(HttpCall.get(config.http().at("/crm/v3/properties/" + segment(object))));
    check(answer, Set::of);
    List<ObjectSchema.Field> fields = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    if (!idProperty.isEmpty()) {
      keys.add(idProperty);
    }
    for (JsonNode property : JsonBody.object(answer).path("results")) {
      String name = property.path("name").asText();
      boolean readOnly =
          property.path("calculated").asBoolean(false)
              || property.path("modificationMetadata").path("readOnlyValue").asBoolean(false);
      if (property.path("hasUniqueValue").asBoolean(false)) {
        keys.add(name);
      }
      fields.add(
          new ObjectSchema.Field(
              name,
              property.path("type").asText("string"),
              name.equals(idProperty),
              !readOnly,
              0,
              options(property)));
    }
    return new ObjectSchema(object, true, fields, keys);
  }

  /** The values of a picklist; empty where several may be given at once or HubSpot adds to them. */
  private static List<String> options(JsonNode property) {
    List<String> values = new ArrayList<>();
    if (property.path("type").asText().equals("enumeration")
        && !property.path("fieldType").asText().equals("checkbox")
        && !property.path("externalOptions").asBoolean(false)) {
      property.path("options").forEach(option -> values.add(option.path("value").asText()));
    }
    return values;
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    HubSpotCall call = call(batch);
    List<RecordResult> results = new ArrayList<>(call.refused());
    if (call.empty()) {
      return Delivery.Settled.of(batch, results, 0, RateHint.NONE);
    }
    byte[] body = JsonBody.utf8(call.body().toString());
    HttpAnswer answer =
        transport.send(HttpCall.json(call.method(), config.http().at(call.path()), body, null));
    check(answer, () -> JsonBody.values(batch));
    results.addAll(call.read(answer, context.wire().isPresent()));
    return Delivery.Settled.of(
        batch, results, answer.status(), HubSpotLimits.hint(answer, context.clock()));
  }

  private HubSpotCall call(Batch batch) {
    Matcher association = ASSOCIATION.matcher(batch.object());
    if (association.matches()) {
      return AssociationCall.of(batch, config);
    }
    Matcher list = LIST.matcher(batch.object());
    if (list.matches()) {
      return MembershipCall.of(batch, list.group(1));
    }
    segment(batch.object());
    return HubSpotRequest.of(batch, config);
  }

  @Override
  public void close() {
    transport.close();
  }

  private void check(HttpAnswer answer, Supplier<Set<String>> values) {
    if (HubSpotErrors.TABLE.action(answer) != ErrorTable.Action.OK) {
      Redactor redactor = transport.redactor(values.get());
      throw HubSpotErrors.failure(answer, context.clock(), redactor);
    }
  }

  private static String segment(String object) {
    if (!OBJECT.matcher(object).matches()) {
      throw DestinationException.refused(
          "OBJECT_UNKNOWN",
          0,
          "'"
              + object
              + "' is no object of HubSpot, as contacts, associations/contacts/companies and"
              + " lists/123 are");
    }
    return object;
  }
}
