/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.List;

/** Opens destinations of type {@code salesforce}. */
public final class SalesforceProvider implements DestinationProvider {

  @Override
  public String type() {
    return "salesforce";
  }

  @Override
  public Shape.Obj shape() {
    return SalesforceConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Salesforce",
        List.of(
            new Profile.Target(
                "<object>",
                EnumSet.allOf(Op.class),
                SalesforceConfig.MOST_RECORDS,
                "API name of any sObject, such as Account, Contact or Invoice__c; 200 a call, above"
                    + " 2,000 records one Bulk API 2.0 job")),
        true,
        true,
        true,
        true,
        true,
        "moves the record to the recycle bin, from which it can be restored for 15 days",
        "clears the field");
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.put("url", "https://example.my.salesforce.com");
    sample.putObject("auth").put("type", "bearer").put("token", "sample-token");
    return sample;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new SalesforceDestination(
        SalesforceConfig.read(config.properties()), context, config.secrets());
  }
}
