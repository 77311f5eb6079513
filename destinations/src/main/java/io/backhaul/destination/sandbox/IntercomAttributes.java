/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** {@code GET /data_attributes}: what a fresh workspace has, in part, and a few of its own. */
final class IntercomAttributes {

  private IntercomAttributes() {}

  static WireReply list(String model) {
    List<ObjectNode> all = new ArrayList<>();
    if (model.equals("company")) {
      all.add(attribute("company", "name", "string", true));
      all.add(attribute("company", "company_id", "string", false));
      all.add(attribute("company", "remote_created_at", "date", true));
      all.add(attribute("company", "monthly_spend", "float", true));
      all.add(attribute("company", "size", "integer", true));
      all.add(attribute("company", "industry", "string", true));
      all.add(attribute("company", "website", "string", true));
      all.add(attribute("company", "user_count", "integer", false));
      all.add(attribute("company", "custom_attributes.region", "string", true));
    } else {
      for (String text : List.of("role", "external_id", "email", "name", "phone", "avatar")) {
        all.add(attribute("contact", text, "string", true));
      }
      all.add(attribute("contact", "signed_up_at", "date", true));
      all.add(attribute("contact", "last_seen_at", "date", true));
      all.add(attribute("contact", "owner_id", "integer", true));
      all.add(attribute("contact", "unsubscribed_from_emails", "boolean", true));
      all.add(attribute("contact", "has_hard_bounced", "boolean", false));
      all.add(attribute("contact", "location.country", "string", false));
      all.add(attribute("contact", "custom_attributes.score", "integer", true));
      ObjectNode plan = attribute("contact", "custom_attributes.plan", "string", true);
      plan.putArray("options").add("free").add("pro").add("team");
      all.add(plan);
      ObjectNode old = attribute("contact", "custom_attributes.old_plan", "string", true);
      all.add(old.put("archived", true));
    }
    return IntercomWords.list(all);
  }

  private static ObjectNode attribute(
      String model, String fullName, String type, boolean writable) {
    ObjectNode attribute =
        IntercomWords.JSON.createObjectNode().put("type", "data_attribute").put("model", model);
    return attribute
        .put("name", fullName.substring(fullName.lastIndexOf('.') + 1))
        .put("full_name", fullName)
        .put("label", fullName)
        .put("data_type", type)
        .put("api_writable", writable)
        .put("custom", fullName.startsWith("custom_attributes."))
        .put("archived", false);
  }
}
