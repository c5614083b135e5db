/** Given and family names as they are met together; `share` is the weight of the group among the staff of a biller. */
interface NameGroup {
  readonly share: number
  readonly given: readonly string[]
  readonly family: readonly string[]
  /** People of this group often carry two family names: "Rosa Delgado Fuentes". */
  readonly twoFamilyNames?: true
}

function words(text: string): readonly string[] {
  return text
    .trim()
    .split(/,\s*/u)
    .filter((word) => word !== '')
}

/** Some 870 given and 930 family names in groups, so that most pairs read like one person's name. */
export const nameGroups: readonly NameGroup[] = [
  {
    share: 34,
    given:
      words(`James, Mary, Robert, Patricia, John, Jennifer, Michael, Linda, David, Elizabeth, William, Barbara, Richard, Susan,
      Joseph, Jessica, Thomas, Sarah, Charles, Karen, Christopher, Lisa, Daniel, Nancy, Matthew, Betty, Anthony, Sandra, Mark, Margaret,
      Donald, Ashley, Steven, Kimberly, Andrew, Emily, Paul, Donna, Joshua, Michelle, Kenneth, Carol, Kevin, Amanda, Brian, Melissa,
      Timothy, Deborah, Ronald, Stephanie, Jason, Rebecca, Gary, Laura, Ryan, Helen, Nicholas, Sharon, Eric, Cynthia, Jonathan, Amy,
      Stephen, Kathleen, Larry, Angela, Justin, Shirley, Scott, Brenda, Brandon, Emma, Benjamin, Anna, Samuel, Pamela, Gregory, Nicole,
      Alexander, Samantha, Patrick, Katherine, Frank, Christine, Raymond, Debra, Jack, Rachel, Dennis, Carolyn, Jerry, Janet, Tyler,
      Heather, Aaron, Diane, Nathan, Olivia, Henry, Julie, Douglas, Joyce, Peter, Victoria, Adam, Kelly, Zachary, Christina, Walter,
      Joan, Kyle, Evelyn, Harold, Lauren, Carl, Judith, Jeremy, Megan, Gerald, Andrea, Keith, Cheryl, Roger, Hannah, Arthur, Jacqueline,
      Terry, Martha, Lawrence, Gloria, Sean, Teresa, Christian, Ann, Austin, Sara, Ethan, Madison, Jesse, Frances, Bryan, Kathryn,
      Billy, Janice, Jordan, Jean, Bruce, Abigail, Ralph, Alice, Roy, Julia, Noah, Judy, Dylan, Sophia, Eugene, Grace, Wayne, Denise,
      Alan, Amber, Juanita, Doris, Louis, Marilyn, Russell, Danielle, Vincent, Beverly, Philip, Isabella, Bobby, Theresa, Johnny, Diana,
      Mary Ann, Jo Ellen, Mary Beth, Tammy, Darlene, Tracy, Misty, Colleen, Paige, Brooke, Wendy, Holly, Robin, Dale, Glenn, Curtis,
      Travis, Clint, Dustin, Cody, Wade, Rhonda, Lori, Becky, Peggy, Norma, Lorraine, Marcia, Gail, Yvonne, Sheila, Kristin, Erin`),
    family:
      words(`Smith, Johnson, Williams, Brown, Jones, Miller, Davis, Wilson, Anderson, Taylor, Thomas, Moore, Jackson, Martin, Lee, Thompson,
      White, Harris, Clark, Lewis, Robinson, Walker, Young, Allen, King, Wright, Scott, Hill, Green, Adams, Nelson, Baker, Hall, Campbell,
      Mitchell, Carter, Roberts, Phillips, Evans, Turner, Parker, Edwards, Collins, Stewart, Morris, Cook, Rogers, Morgan, Peterson,
      Cooper, Reed, Bailey, Bell, Kelly, Howard, Ward, Cox, Richardson, Wood, Watson, Brooks, Bennett, Gray, James, Hughes, Price, Myers,
      Long, Foster, Sanders, Ross, Powell, Sullivan, Russell, Perry, Butler, Barnes, Fisher, Henderson, Coleman, Simmons, Patterson,
      Jordan, Reynolds, Hamilton, Graham, Wallace, West, Cole, Hayes, Bryant, Gibson, Ellis, Stevens, Murray, Ford, Marshall, Owens,
      Kennedy, Wells, Woods, Warren, Fox, Henry, Hunter, Palmer, Black, Hawkins, Grant, Stone, Knight, Dunn, Perkins, Hudson, Spencer,
      Gardner, Payne, Pierce, Berry, Matthews, Arnold, Wagner, Willis, Ray, Watkins, Olson, Carroll, Duncan, Snyder, Hart, Cunningham,
      Bradley, Lane, Andrews, Ruiz, Harper, Fowler, Armstrong, Carpenter, Weaver, Greene, Lawrence, Elliott, Chavez, Sims, Austin, Peters,
      Kelley, Franklin, Lawson, Ashworth, Whitfield, Pemberton, Holloway, Stoddard, Thackeray, Merriweather, Crenshaw, Beasley, Tuttle,
      Hollingsworth, Penhaligon, Trescott, Yarbrough, Lockhart, Fairbanks, Winslow, Abernathy, Blackwood, Sedgwick, Halvorsen, McAllister,
      McKinney, MacDonald, Van Horn, St. Clair, De Witt, Kilgore, Pruitt, Mayfield, Ledbetter, Bankston, Haskell, Tolliver, Vance, Crowe`),
  },
  {
    share: 19,
    twoFamilyNames: true,
    given:
      words(`José, María, Juan, Guadalupe, Luis, Rosa, Carlos, Ana, Jorge, Carmen, Miguel, Juana, Antonio, Margarita, Francisco,
      Josefina, Jesús, Verónica, Alejandro, Leticia, Manuel, Elena, Ricardo, Patricia, Roberto, Alicia, Fernando, Yolanda, Eduardo, Silvia,
      Javier, Adriana, Rafael, Claudia, Sergio, Gabriela, Héctor, Mónica, Raúl, Alejandra, Arturo, Araceli, Rubén, Lucía, Óscar, Isabel,
      Andrés, Beatriz, Ramón, Esperanza, Diego, Sofía, Mateo, Valentina, Santiago, Camila, Joaquín, Ximena, Ángel, Fernanda, Emilio,
      Renata, Gustavo, Daniela, Ignacio, Mariana, Ernesto, Paola, Salvador, Rocío, Esteban, Maribel, Tomás, Graciela, Julio, Dolores,
      Marco Antonio, María Elena, Ana Lucía, Luz, Nicolás, Íñigo, Belén, Itzel, Citlali, Abel, Noemí, Saúl, Yesenia, Marisol, Iván, Nayeli`),
    family:
      words(`García, Martínez, Rodríguez, López, Hernández, González, Pérez, Sánchez, Ramírez, Torres, Flores, Rivera, Gómez, Díaz,
      Cruz, Morales, Ortiz, Gutiérrez, Chávez, Ramos, Reyes, Ruiz, Álvarez, Mendoza, Vásquez, Castillo, Jiménez, Moreno, Romero, Herrera,
      Medina, Aguilar, Vargas, Castro, Guzmán, Méndez, Fernández, Muñoz, Salazar, Garza, Soto, Vega, Peña, Delgado, Ortega, Silva, Contreras,
      Guerrero, Sandoval, Ríos, Estrada, Núñez, Figueroa, Padilla, Rosales, Domínguez, Cortez, Maldonado, Santiago, Lara, Juárez, Espinoza,
      Valdez, Ávila, Cabrera, Fuentes, Campos, Cervantes, Molina, Acosta, Navarro, Serrano, Trujillo, Villarreal, Barrera, Ibarra, Quiñones,
      Zamora, Escobar, Montoya, Santana, Orozco, Bañuelos, Zúñiga, Ocampo, de la Cruz, de León, del Toro, Yáñez, Urías, Ontiveros, Saldaña`),
  },
  {
    share: 8,
    given:
      words(`Keisha, Darnell, Latoya, Marcus, Ebony, Tyrone, Tanisha, Jamal, Imani, Terrence, Aaliyah, DeShawn, Shanice, Malik, Jasmine,
      Andre, Kiara, Reginald, Monique, Cedric, Tamika, Demetrius, Nia, Lamar, Yolanda, Dwayne, Precious, Kareem, Aisha, Isaiah, Brianna,
      Xavier, Raven, Jerome, Essence, Desmond, Deja, Quincy, Destiny, Roderick, Zora, Otis, Latrice, Leroy, D'Andre, Ja'Nelle, Kwame,
      Amari, Rashida, Tremaine, Chanel, Vernon, Ernestine, Clarence, Odessa, Thurman, Ruby, Percy, Mavis, Cornelius, Althea`),
    family:
      words(`Washington, Jefferson, Booker, Banks, Jackson, Mosley, Gaines, Rivers, Dorsey, Glover, Hampton, Bolden, Whitaker, Fields,
      Singletary, Boykin, Battle, Muhammad, Pettway, Sykes, Tate, Broadnax, Ivory, Chatman, Dandridge, Baptiste, Toussaint, Fontenot, Guidry,
      Broussard, Robichaux, Thibodeaux, Prudhomme, Batiste, Haynes, Gadsden, Pinckney, Grimké, Frazier, Manigault, Ravenel, Freeman, Bowie,
      Kinsey, Barksdale, Stokes, Hairston, Epps, Cotton, Mack, Lyles, Purnell, Cheatham, Cosby, Dixon, Coates, Rhodes, Wiggins, Wynn`),
  },
  {
    share: 6,
    given:
      words(`Seán, Siobhán, Padraig, Niamh, Brendan, Maeve, Declan, Aoife, Cormac, Caitlín, Rory, Fiona, Eamon, Bridget, Finbar, Deirdre,
      Kieran, Sinéad, Liam, Orla, Conor, Róisín, Dermot, Maureen, Fergus, Nuala, Tadhg, Gráinne, Desmond, Eileen, Neil, Una, Malachy, Clodagh`),
    family:
      words(`O'Brien, O'Connor, O'Neill, Murphy, Walsh, Byrne, Ryan, O'Sullivan, Doyle, McCarthy, Gallagher, Doherty, Kennedy, Lynch, Quinn,
      McLoughlin, O'Reilly, Fitzgerald, Nolan, Kavanagh, Brennan, Dunne, Moran, Daly, O'Shea, Keane, McDermott, Hogan, Flanagan, O'Hara, Foley,
      Fitzpatrick, O'Malley, Sweeney, Mulligan, Tierney, Hennessy, Donnelly, Ó Súilleabháin, McGrath, O'Dowd, Rafferty, Slattery, Colgan`),
  },
  {
    share: 5,
    given:
      words(`Giovanni, Francesca, Marco, Chiara, Vincenzo, Lucia, Salvatore, Concetta, Dominic, Angela, Carmine, Gianna, Rocco, Rosalia,
      Paolo, Bianca, Luca, Antonella, Nico, Serafina, Enzo, Carmela, Matteo, Giuliana, Stefano, Loredana, Silvio, Ornella, Niccolò, Mariangela`),
    family:
      words(`Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, DeLuca, Mancini, Costa,
      Giordano, Rizzo, Lombardi, Moretti, D'Angelo, D'Amico, Caruso, Ferrara, Santoro, Rinaldi, Di Pietro, Battaglia, Palumbo, Fiore, Testa,
      Pellegrino, Sorrentino, Vitale, Coppola, Barone, DeSantis, La Rocca, Lo Presti, Capobianco, Mastroianni, Dell'Acqua, Niccolini, Fusco`),
  },
  {
    share: 6,
    given:
      words(`Hans, Ingrid, Lars, Astrid, Karl, Greta, Erik, Sigrid, Jürgen, Annika, Søren, Freja, Günther, Liesel, Björn, Solveig, Otto,
      Heidi, Nils, Kirsten, Ulrich, Brünhild, Anders, Maren, Dieter, Ursula, Leif, Britta, Wolfgang, Elke, Gunnar, Linnea, Axel, Ida, Matthias,
      Kerstin, Torsten, Åsa, Rolf, Birgit, Magnus, Hedda, Håkon, Käthe, Rutger, Marijke, Pieter, Saskia, Joost, Anneke`),
    family:
      words(`Schmidt, Müller, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer, Richter, Klein, Wolf,
      Schröder, Neumann, Schwarz, Zimmermann, Krüger, Hartmann, Lange, Krause, Lehmann, Köhler, Huber, Vogel, Hansen, Johansson, Andersson,
      Nilsson, Larsson, Lindqvist, Bergström, Sørensen, Jørgensen, Haugen, Solberg, Ødegaard, Lindgren, Åkesson, Nygård, Østby, Kjellberg, van der Berg,
      de Vries, Van Dyke, Vander Molen, Hoekstra, Dijkstra, Yoder, Stoltzfus, Lapp, Hostetler, Schrock, Weiß, Großmann, Engelbrecht, Kuhlmann`),
  },
  {
    share: 5,
    given:
      words(`Jakub, Agnieszka, Piotr, Katarzyna, Tomasz, Małgorzata, Krzysztof, Zofia, Stanisław, Halina, Vladimir, Natalia, Dmitri, Olena,
      Andriy, Oksana, Mykola, Svetlana, Igor, Irina, Bogdan, Ewa, Marek, Danuta, Pavel, Jana, Miloš, Zdenka, Luka, Ivana, Goran, Jelena, Dragan,
      Vesna, Zoran, Milica, Taras, Yuliya, Aleksander, Bożena, Wojciech, Grażyna, Radovan, Ljubica, Attila, Zsófia, László, Ilona`),
    family:
      words(`Kowalski, Nowak, Wiśniewski, Wójcik, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Dąbrowski, Kozłowski, Jankowski, Mazur,
      Krawczyk, Piotrowski, Grabowski, Pawłowski, Michalski, Shevchenko, Kovalenko, Bondarenko, Tkachenko, Melnyk, Petrenko, Ivanov, Volkov, Novák,
      Svoboda, Dvořák, Černý, Horváth, Kovačević, Jovanović, Petrović, Marković, Nikolić, Babić, Marušić, Nagy, Szabó, Tóth, Varga, Popescu, Ionescu,
      Radu, Dimitrov, Petrov, Wrobel, Sobczak, Zawadzki, Pulaski, Gorski, Wozniak, Havel, Kučera, Šimek, Žukauskas, Kazlauskas, Bērziņš, Ozols`),
  },
  {
    share: 5,
    given:
      words(`Priya, Rajesh, Anjali, Sanjay, Deepa, Vikram, Lakshmi, Arjun, Kavita, Suresh, Meera, Anil, Sunita, Rohan, Pooja, Amit, Neha, Ravi,
      Shreya, Karthik, Divya, Manish, Ananya, Harpreet, Gurpreet, Jaspreet, Manpreet, Farhan, Ayesha, Imran, Sadia, Bilal, Nusrat, Tariq, Zainab,
      Nimal, Dilani, Chaminda, Bishnu, Sabina, Prakash, Sushila, Aditya, Ishaan, Nandini, Padma, Venkatesh, Sridhar, Usha, Gita, Faisal, Rubina`),
    family:
      words(`Patel, Singh, Sharma, Kumar, Gupta, Shah, Reddy, Rao, Nair, Iyer, Mehta, Desai, Joshi, Agarwal, Verma, Chatterjee, Mukherjee, Banerjee,
      Ghosh, Das, Bose, Menon, Pillai, Krishnan, Subramanian, Venkataraman, Kapoor, Malhotra, Chopra, Bhatia, Kaur, Gill, Dhillon, Sandhu, Grewal,
      Khan, Ahmed, Hussain, Malik, Qureshi, Siddiqui, Chaudhry, Rahman, Islam, Perera, Fernando, Jayawardena, Wickramasinghe, Thapa, Shrestha, Gurung,
      Adhikari, Bhattarai, Trivedi, Parikh, Kulkarni, Deshpande, Ramanathan, Balasubramaniam, Chowdhury`),
  },
  {
    share: 4,
    given:
      words(`Wei, Mei, Jun, Li Na, Hao, Xiu Ying, Ming, Jia, Lei, Yan, Feng, Ying, Jian, Hui, Tao, Lan, Kevin, Grace, Jason, Vivian, Raymond, Winnie,
      Calvin, Joyce, Edmond, Fiona, Kenji, Yuki, Hiroshi, Naomi, Takeshi, Emiko, Akira, Sachiko, Haruto, Michiko, Ji-hoon, Min-ji, Seung, Hye-jin,
      Sung-min, Eun-ji, Young-soo, Soo-yeon, Daniel, Eunice, Tai, Pei-Shan, Wing, Siu-Ling`),
    family:
      words(`Wang, Li, Zhang, Liu, Chen, Yang, Huang, Zhao, Wu, Zhou, Xu, Sun, Ma, Zhu, Hu, Guo, He, Lin, Luo, Gao, Liang, Zheng, Xie, Tang, Han, Feng,
      Deng, Cao, Peng, Zeng, Chan, Wong, Cheung, Leung, Lau, Kwok, Ng, Chow, Yip, Tanaka, Suzuki, Sato, Watanabe, Yamamoto, Nakamura, Kobayashi, Kato,
      Yoshida, Yamada, Sasaki, Matsumoto, Inoue, Kimura, Hayashi, Ōno, Saitō, Kim, Park, Choi, Jung, Kang, Cho, Yoon, Jang, Lim, Shin, Seo, Kwon, Hwang, Ahn`),
  },
  {
    share: 4,
    given:
      words(`Linh, Minh, Thanh, Hương, Tuấn, Lan, Hùng, Mai, Dũng, Trang, Nam, Phương, Quang, Ngọc, Khoa, Thảo, Vinh, Tuyết, Bảo, Hạnh, Đức, Kim, Pao,
      Mai Yer, Tou, Xia, Chue, Pa Nhia, Kong Meng, Sokha, Chantrea, Bopha, Vannak, Somchai, Malee, Niran, Ratana, Khamla, Bounmy, Sengphet, Thu Hà, Văn`),
    family:
      words(`Nguyen, Nguyễn, Tran, Trần, Le, Lê, Pham, Phạm, Huynh, Hoang, Hoàng, Phan, Vu, Vũ, Vo, Dang, Đặng, Bui, Bùi, Do, Đỗ, Ho, Ngo, Ngô, Duong, Ly, Truong,
      Dinh, Lam, Vang, Xiong, Yang, Moua, Thao, Her, Lor, Vue, Cha, Lee, Sok, Chea, Keo, Prak, Chhim, Saetang, Srisai, Wongsa, Phommachanh, Sisouphanh`),
  },
  {
    share: 3,
    given:
      words(`Maricel, Jericho, Rowena, Arnel, Liezl, Rodel, Cherry, Dante, Marivic, Ferdinand, Analyn, Reynaldo, Jocelyn, Romeo, Luzviminda, Ramil, Imelda,
      Danilo, Corazon, Jun-Jun, Ligaya, Efren, Mylene, Crisanto, Girlie, Nestor, Rosalinda, Bayani`),
    family:
      words(`Santos, Reyes, Cruz, Bautista, Ocampo, del Rosario, Aquino, Mendoza, Villanueva, Castillo, Dimaculangan, Macaraeg, Pangilinan, Magsaysay, Tolentino,
      Salonga, Lacson, Batungbakal, Catacutan, Dela Peña, Evangelista, Gatdula, Hilario, Ilagan, Javellana, Katigbak, Lumibao, Manalo, Natividad, Panganiban`),
  },
  {
    share: 3,
    given:
      words(`Mohammed, Fatima, Ahmed, Layla, Omar, Noor, Hassan, Amira, Khalid, Yasmin, Youssef, Salma, Ibrahim, Rania, Karim, Hanan, Tarek, Dalia, Samir, Nadia,
      Bashir, Mariam, Ziad, Leila, Farid, Samira, Reza, Shirin, Dariush, Parisa, Kaveh, Nasrin, Behrouz, Azar, Hagop, Ani, Vartan, Siranush, Aram, Talin, Elif, Emre,
      Ayşe, Mehmet, Zeynep`),
    family:
      words(`Haddad, Khoury, Nasser, Saleh, Mansour, Aziz, Hamdan, Najjar, Khalil, Farah, Saad, Barakat, Abboud, Shaheen, Sayegh, Hosseini, Ahmadi, Karimi, Rahimi,
      Tehrani, Farahani, Ghorbani, Petrosyan, Sargsyan, Harutyunyan, Grigoryan, Hakobyan, Kazarian, Der Bedrosian, Yılmaz, Kaya, Demir, Çelik, Şahin, Öztürk, El-Amin,
      Al-Rashid, Abu Zaid, Ben Said, Bensalem`),
  },
  {
    share: 3,
    given:
      words(`Chinwe, Emeka, Ngozi, Chidi, Adaeze, Obinna, Folake, Tunde, Yetunde, Babatunde, Kofi, Abena, Kwabena, Ama, Akosua, Mamadou, Aminata, Ousmane, Fatou,
      Ibrahima, Mariama, Abdi, Hodan, Ifrah, Mohamud, Selam, Dawit, Hiwot, Tesfaye, Almaz, Bekele, Wanjiru, Kamau, Achieng, Otieno, Thabo, Nomvula, Blessing, Godwin,
      Temitope, Oluwaseun, Chiamaka`),
    family:
      words(`Okonkwo, Okafor, Eze, Nwosu, Adeyemi, Adebayo, Ogunleye, Balogun, Okeke, Chukwu, Mensah, Owusu, Boateng, Asante, Osei, Appiah, Diallo, Traoré, Keïta,
      Coulibaly, N'Diaye, N'Guessan, Touré, Ba, Sow, Abdullahi, Warsame, Farah, Jama, Hersi, Tesfaye, Gebremariam, Haile, Bekele, Tadesse, Mwangi, Kariuki, Odhiambo,
      Ndlovu, Dlamini, Kamara, Sesay, Conteh, Agyeman, Nkemelu`),
  },
  {
    share: 2,
    given:
      words(`Jean-Luc, Geneviève, Étienne, Chloé, François, Élodie, Rémi, Céline, Thérèse, Aurélie, Gaétan, Mireille, Lucien, Odile, Benoît, Noëlle, Jacques, Solange,
      Marie-Claire, Pierre, Zoé, Anaïs, Widelene, Jean-Baptiste, Marie-Ange, João, Inês, Conceição, Tiago, Luísa, Duarte, Fátima, António, Graça`),
    family:
      words(`Tremblay, Gagnon, Côté, Bouchard, Gauthier, Morin, Lavoie, Fortin, Gagné, Ouellet, Pelletier, Bélanger, Lévesque, Bergeron, Leblanc, Thériault, Cormier,
      Arsenault, Boudreaux, Hébert, Landry, Desrosiers, St-Pierre, Jean-Louis, Pierre-Louis, Désir, Beauchamp, L'Heureux, D'Aubigné, Silva, Santos, Ferreira, Pereira,
      Oliveira, Gonçalves, Araújo, Magalhães, Conceição, Simões, Brandão`),
  },
  {
    share: 2,
    given:
      words(`Keoni, Leilani, Kai, Malia, Kekoa, Noelani, Makoa, Kalani, Puanani, Ikaika, Sione, Mele, Tevita, Ana, Tavita, Sina, Dakota, Winona, Chayton, Aiyana, Takoda,
      Wenona, Ahanu, Nizhoni, Shandiin, Delbert, Yazhi, Lorena, Ervin, Bernadine, Aponi, Misae`),
    family:
      words(`Kealoha, Kamakawiwoʻole, Kahananui, Kalākaua, Keawe, Kaʻahumanu, Nākoa, Mahoe, Kapule, Tuiasosopo, Faleolo, Taufa, Vaʻa, Leota, Begay, Yazzie, Tsosie, Benally,
      Nez, Tso, Bitsui, Red Cloud, Two Bulls, Iron Horse, Spotted Elk, Whitefeather, Swimmer, Mankiller, Sixkiller, Echohawk, Littlefield, Blackbear, Lonewolf, Tallchief, Runningwater`),
  },
  {
    share: 3,
    given:
      words(`Avi, Miriam, Ezra, Rivka, Noam, Shira, Eitan, Tova, Asher, Leah, Mordechai, Devorah, Saul, Naomi, Isaac, Esther, Gideon, Yael, Dov, Chana, Dimitrios, Eleni, Kostas,
      Despina, Giorgos, Sophia, Nikos, Katerina, Stavros, Vasiliki, Spyros, Athena`),
    family:
      words(`Cohen, Levy, Goldberg, Friedman, Rosenberg, Katz, Weinstein, Shapiro, Kaplan, Schwartz, Greenbaum, Feldman, Horowitz, Adler, Ben-David, Rubin, Epstein, Zucker, Lieberman,
      Papadopoulos, Pappas, Georgiou, Nikolaidis, Konstantinou, Stathopoulos, Anagnostopoulos, Economou, Vlahos, Karras, Theodorakis, Makris, Dukakis, Samaras`),
  },
]

/** Log-ins that belong to a desk and not to a person; every real biller has some. `name` is shown, `local` starts user name and address. */
export const deskLogins: readonly { readonly name: string; readonly local: string }[] = [
  { name: 'Front Desk', local: 'frontdesk' },
  { name: 'Accounts Payable', local: 'ap' },
  { name: 'Accounts Receivable', local: 'ar' },
  { name: 'Billing Office', local: 'billing' },
  { name: 'Night Dispatch', local: 'dispatch' },
  { name: 'Meter Shop', local: 'metershop' },
  { name: 'Customer Care', local: 'care' },
  { name: 'Cashier Window', local: 'cashier' },
  { name: 'Lockbox Reconciliation', local: 'lockbox' },
  { name: 'Field Services', local: 'field' },
  { name: 'New Connections', local: 'connect' },
  { name: 'Collections', local: 'collections' },
  { name: 'Print & Mail', local: 'printmail' },
  { name: 'Auditor (read only)', local: 'auditor' },
]
