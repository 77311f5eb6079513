/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import java.util.List;

/**
 * Where made-up customers live, and how they are called there.
 *
 * @param country ISO 3166
 * @param phone an E.164 prefix after which any {@code digits} digits make a valid number; a range
 *     reserved for fiction where the country has one
 */
record Nation(
    String country, List<String> firstNames, List<String> lastNames, String phone, int digits) {

  static final List<Nation> ALL =
      List.of(
          nation(
              "US",
              "Olivia,Liam,Emma,Noah,Ava,Ethan,Mia,Mason,Harper,Logan",
              "Johnson,Williams,Brown,Davis,Miller,O'Connor,Nguyen,Carter,Bennett,Hughes",
              "+1212555",
              4),
          nation(
              "GB",
              "Amelia,Oliver,Isla,George,Freya,Harry,Poppy,Alfie,Imogen,Rhys",
              "Smith,Taylor,Evans,Walker,MacLeod,Ó Briain,Patel,Clarke,Davies,Llewellyn",
              "+44207946",
              4),
          nation(
              "DE",
              "Jürgen,Lena,Björn,Käthe,Lukas,Mila,Felix,Emilia,Jonas,Änne",
              "Müller,Schröder,Weiß,von Bergen,Köhler,Becker,Großmann,Yılmaz,Hoffmann,Krüger",
              "+49151",
              8),
          nation(
              "FR",
              "Chloé,Théo,Inès,Gaël,Zoë,Hugo,Anaïs,Benoît,Élodie,Lucas",
              "Lefèvre,D'Angély,Dubois,Moreau,Bélanger,Le Goff,Rousseau,Garçon,Fournier,Girard",
              "+33612",
              6),
          nation(
              "ES",
              "Lucía,Mateo,Sofía,Álvaro,Martina,Íñigo,Begoña,Hugo,Ainhoa,Joaquín",
              "García,Fernández,Núñez,Ibáñez,de la Cruz,Muñoz,Ortega,Peña,Vázquez,Zubiría",
              "+34612",
              6),
          nation(
              "PL",
              "Zofia,Łukasz,Małgorzata,Wojciech,Świętosława,Jakub,Hanna,Stanisław,Maja,Paweł",
              "Nowak,Kowalczyk,Wiśniewska,Wójcik,Dąbrowski,Żak,Łęcki,Zieliński,Szymańska,Pająk",
              "+48512",
              6),
          nation(
              "SE",
              "Åsa,Björn,Elsa,Örjan,Maja,Lars,Astrid,Nils,Saga,Göran",
              "Andersson,Sjöberg,Lindström,Åkesson,Öberg,Holm,Nyström,Bergqvist,Ek,Dahl",
              "+46701740",
              3),
          nation(
              "BR",
              "João,Beatriz,Antônio,Júlia,Luís,Conceição,Caetano,Helena,Sebastião,Lívia",
              "da Silva,Santos,Gonçalves,Araújo,Magalhães,Pereira,Simões,Lima,Assunção,Rocha",
              "+551198",
              7),
          nation(
              "IN",
              "Aarav,Ananya,Vihaan,Diya,Arjun,Ishita,Kabir,Meera,Rohan,Saanvi",
              "Sharma,Iyer,Reddy,Banerjee,Kaur,Gupta,Nair,Desai,Chatterjee,Singh",
              "+9198",
              8),
          nation(
              "JP", "陽菜,蓮,結衣,大翔,美咲,樹,さくら,健太,葵,直樹", "佐藤,鈴木,高橋,田中,渡辺,伊藤,山本,中村,小林,加藤", "+819012", 6),
          nation(
              "GR",
              "Ελένη,Γιώργος,Μαρία,Νίκος,Αικατερίνη,Δημήτρης,Σοφία,Κώστας,Άννα,Πέτρος",
              "Παπαδόπουλος,Νικολάου,Γεωργίου,Βασιλείου,Οικονόμου,Ιωάννου,Δήμου,Λάμπρου,Μακρή,Κόκκινος",
              "+30697",
              7),
          nation(
              "NG",
              "Chiamaka,Oluwaseun,Ngozi,Emeka,Adaeze,Tunde,Folake,Ifeanyi,Zainab,Musa",
              "Okafor,Adeyemi,Balogun,Eze,Ibrahim,Nwosu,Ogunleye,Bello,Achebe,Danjuma",
              "+234803",
              7));

  private static Nation nation(
      String country, String firstNames, String lastNames, String phone, int digits) {
    return new Nation(
        country, List.of(firstNames.split(",")), List.of(lastNames.split(",")), phone, digits);
  }

  /** As a Spark SQL literal. */
  String sql() {
    return "named_struct('country', '%s', 'first', %s, 'last', %s, 'phone', '%s', 'digits', %d)"
        .formatted(country, array(firstNames), array(lastNames), phone, digits);
  }

  private static String array(List<String> names) {
    return "array(\"" + String.join("\", \"", names) + "\")";
  }
}
